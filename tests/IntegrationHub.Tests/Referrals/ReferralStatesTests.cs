using System.Reflection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Tests.Referrals;

public sealed class ReferralStatesTests
{
    private static readonly string[] All =
    [
        .. typeof(ReferralState).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!), // constants have values
    ];

    [Fact]
    public void The_states_are_those_of_the_contract()
    {
        var contract = File.ReadLines(
            Path.Combine(AppContext.BaseDirectory, "contracts", "codes", "referral-state.csv"))
            .Skip(1).Select(line => line.Split(',')[0]);

        Assert.Equal(contract.Order(), All.Order());
    }

    [Fact]
    public void Each_state_has_the_FHIR_code_of_the_contract()
    {
        var contract = File.ReadLines(
            Path.Combine(AppContext.BaseDirectory, "contracts", "codes", "referral-state.csv"))
            .Skip(1).Select(line => (State: line.Split(',')[0], Code: line.Split(',')[^1]));

        Assert.All(contract, row => Assert.Equal(row.Code, ReferralStates.FhirTaskStatusOf(row.State)));
    }

    [Fact]
    public void The_whole_table_of_who_may_set_what_is_this()
    {
        string[] open = ["DRAFT", "AWAIT_CONSENT", "READY", "DECLINED", "LAPSED", "FAILED"];
        string[] held = ["OFFERED", "ACCEPTED", "RELEASED", "IN_PROGRESS", "ON_HOLD", "AIDED_PARTIAL"];
        List<string> expected =
        [
            .. from state in open from next in (string[])["DRAFT", "AWAIT_CONSENT", "READY", "OFFERED"] select $"{state} {next} Hub",
            .. from state in open.Concat(held)
               from end in (string[])["CANCELLED", "SUPERSEDED", "ENTERED_IN_ERROR"]
               select $"{state} {end} CivilAffairs",
            .. from state in held select $"{state} WITHDRAWN Hub",
            "OFFERED LAPSED Hub", "OFFERED READY Hub", "ACCEPTED READY Hub", "ACCEPTED RELEASED Hub",
            "OFFERED ACCEPTED Charity", "OFFERED DECLINED Charity",
            "RELEASED IN_PROGRESS Charity", "RELEASED COMPLETED Charity", "RELEASED FAILED Charity",
            "IN_PROGRESS ON_HOLD Charity", "IN_PROGRESS AIDED_PARTIAL Charity", "IN_PROGRESS COMPLETED Charity",
            "IN_PROGRESS FAILED Charity", "ON_HOLD IN_PROGRESS Charity",
            "AIDED_PARTIAL IN_PROGRESS Charity", "AIDED_PARTIAL COMPLETED Charity", "AIDED_PARTIAL FAILED Charity",
        ];

        var allowed =
            from state in All
            from next in All
            from mover in Enum.GetValues<ReferralMover>()
            where ReferralStates.Allows(state, next, mover)
            select $"{state} {next} {mover}";

        Assert.Equal(expected.Order(), allowed.Order());
    }

    [Fact]
    public void Nothing_leaves_a_final_state() => Assert.All(
        All.Where(ReferralStates.IsFinal),
        from => Assert.DoesNotContain(
            All, to => Enum.GetValues<ReferralMover>().Any(mover => ReferralStates.Allows(from, to, mover))));

    [Fact]
    public void Every_other_state_can_be_left_and_cancelled_by_civil_affairs() => Assert.All(
        All.Where(state => !ReferralStates.IsFinal(state)),
        from => Assert.True(ReferralStates.Allows(from, ReferralState.Cancelled, ReferralMover.CivilAffairs)));

    [Theory]
    [InlineData(ReferralState.Offered, ReferralState.Accepted)]
    [InlineData(ReferralState.Offered, ReferralState.Declined)]
    [InlineData(ReferralState.Released, ReferralState.InProgress)]
    [InlineData(ReferralState.Released, ReferralState.Completed)]
    [InlineData(ReferralState.InProgress, ReferralState.Completed)]
    public void R24_a_charity_answers_carries_on_and_completes(string from, string to)
    {
        Assert.True(ReferralStates.Allows(from, to, ReferralMover.Charity));
        Assert.False(ReferralStates.Allows(from, to, ReferralMover.Hub));
        Assert.False(ReferralStates.Allows(from, to, ReferralMover.CivilAffairs));
    }

    [Theory]
    [InlineData(ReferralState.Accepted, ReferralState.Completed)]
    [InlineData(ReferralState.Accepted, ReferralState.InProgress)]
    [InlineData(ReferralState.Accepted, ReferralState.Released)]
    [InlineData(ReferralState.Offered, ReferralState.Withdrawn)]
    [InlineData(ReferralState.Lapsed, ReferralState.Accepted)]
    [InlineData(ReferralState.Ready, ReferralState.Offered)]
    [InlineData(ReferralState.Offered, ReferralState.Cancelled)]
    public void What_is_not_a_charitys_to_set_it_cannot_set(string from, string to) =>
        Assert.False(ReferralStates.Allows(from, to, ReferralMover.Charity));

    [Fact]
    public void Identity_comes_only_after_acceptance_and_only_by_the_hub() => Assert.Equal(
        [(ReferralState.Accepted, ReferralMover.Hub)],
        from state in All
        from mover in Enum.GetValues<ReferralMover>()
        where ReferralStates.Allows(state, ReferralState.Released, mover)
        select (state, mover));

    [Fact]
    public void A_withdrawal_reaches_every_state_in_which_an_organisation_holds_the_case() => Assert.All(
        All.Where(ReferralStates.HasOrganisation),
        state => Assert.True(ReferralStates.Allows(state, ReferralState.Withdrawn, ReferralMover.Hub)));

    [Fact]
    public void A_referral_begins_where_nobody_holds_it_or_as_an_offer() =>
        Assert.Equal(
            [ReferralState.Draft, ReferralState.AwaitConsent, ReferralState.Ready, ReferralState.Offered],
            All.Where(ReferralStates.MayBegin));
}
