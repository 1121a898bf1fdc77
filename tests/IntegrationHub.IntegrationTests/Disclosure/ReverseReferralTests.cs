using System.Text.Json.Nodes;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>From organisations to civil affairs and back (R25-R27, R45, scenario 27).</summary>
public sealed class ReverseReferralTests(HubDatabases databases)
{
    private const string MassOrganisation = "134104000058888896";

    private static readonly ReverseReport Report = new()
    {
        Key = "R-1",
        Kind = "NOTIFY",
        Channel = "HOME_VISIT",
        Basis = "CONSENT",
        BasisEvidence = "TY-0009",
        NeedKind = "ZY",
        Division = "410423101",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R25_a_report_goes_to_the_township_with_a_copy_to_the_county_and_who_it_is_is_sealed_at_once()
    {
        await using var world = await ReferralWorld.Open(databases);

        var id = await world.Reverse.Raise(Calling(County), Report, Found(7), Token);
        var again = await world.Reverse.Raise(Calling(County), Report, Found(7), Token);

        Assert.Equal(id, again);
        var told = await world.Told();
        Assert.Equal(["410423101", "410423"], told.Select(one => (string?)JsonNode.Parse(one.Data)!["addresseeDivision"]));
        Assert.All(told, one => Assert.Null(one.Recipient));
        var everything = await world.Database.Ask(
            """
            select (select string_agg(convert_from(body, 'UTF8'), ' ') from outbox.message)
                 , (select string_agg(entry::text, ' ') from audit.entry entry)
                 , (select string_agg(report::text, ' ') from referrals.reverse_referral report)
            """);
        foreach (var personal in (string[])["示例丙", IdOf(7), "示例备注"])
            Assert.DoesNotContain(personal, everything, StringComparison.Ordinal);
        Assert.Equal("示例丙", (await world.Reverse.Reveal(id, "official-1", Token)).Name);
        Assert.Equal("operator:official-1 reverse-referral.revealed", await world.Database.Ask(
            "select actor, action from audit.entry order by sequence desc limit 1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("BECAUSE")]
    public async Task R26_a_report_without_a_lawful_basis_is_refused(string basis)
    {
        await using var world = await ReferralWorld.Open(databases);

        Assert.Equal("request.invalid", await Code(
            () => world.Reverse.Raise(Calling(County), Report with { Basis = basis }, Found(7), Token)));
        Assert.Equal("0", await world.Database.Ask("select count(*) from referrals.reverse_referral"));
    }

    [Fact]
    public async Task R27_not_eligible_turns_into_a_referral_that_carries_the_same_origin_and_the_finder_learns_the_code_only()
    {
        await using var world = await ReferralWorld.Open(databases);
        var id = await world.Reverse.Raise(Calling(City), Report, Found(1), Token);

        await world.Reverse.Answer(new ReverseAnswering(id, ReverseAnswer.Received, null, "official-1"), Token);
        await world.Reverse.Answer(new ReverseAnswering(id, ReverseAnswer.NotEligible, "收入超标", "official-1"), Token);
        Assert.Equal("reverse.answered", await Code(() => world.Reverse.Answer(
            new ReverseAnswering(id, ReverseAnswer.AlreadyReceiving, null, "official-1"), Token)));
        await world.Agree(ToClass());
        await world.Land(world.NeedRecord("XQ-1"));
        await world.Route();

        Assert.Equal($"{id} {id} {world.ReferralOf("XQ-1")} OFFERED", await world.Database.Ask(
            """
            select n.origin_id, v.loop_id, v.forward_referral_id, r.state
              from referrals.need n
              join referrals.referral r using (need_id)
              join referrals.reverse_referral v on v.forward_referral_id = r.referral_id
            """));
        var answers = (await world.Told()).Where(told => told.Type == "reverse-referral.answered").ToList();
        Assert.Equal(["RECEIVED", "NOT_ELIGIBLE"], answers.Select(told => (string?)JsonNode.Parse(told.Data)!["answer"]));
        Assert.All(answers, told => Assert.Equal(City, told.Recipient));
        Assert.All(answers, told => Assert.DoesNotContain("收入", told.Data, StringComparison.Ordinal));
        Assert.Equal("1", await world.Database.Ask("select count(*) from referrals.need where origin_id is not null"));
    }

    [Fact]
    public async Task Scenario_27_a_person_referred_forward_already_is_a_linked_loop_and_no_ping_pong()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Land(world.NeedRecord("XQ-1"));
        await world.Route();

        var id = await world.Reverse.Raise(Calling(City), Report, Found(1), Token);
        await world.Reverse.Answer(new ReverseAnswering(id, ReverseAnswer.NotEligible, "已转介", "official-1"), Token);
        await world.Land(world.NeedRecord("XQ-2"));
        await world.Route();

        Assert.Equal($"{world.ReferralOf("XQ-1")} ", await world.Database.Ask(
            "select origin_id, forward_referral_id from referrals.reverse_referral"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from referrals.need where origin_id is not null"));
    }

    [Fact]
    public async Task R27_two_reports_of_one_person_and_need_are_one_open_loop_and_both_finders_are_answered()
    {
        await using var world = await ReferralWorld.Open(databases);
        var first = await world.Reverse.Raise(Calling(County), Report, Found(7), Token);
        var second = await world.Reverse.Raise(Calling(City), Report, Found(7), Token);
        var other = await world.Reverse.Raise(Calling(City), Report with { Key = "R-2", NeedKind = "ZX" }, Found(7), Token);

        await world.Reverse.Answer(new ReverseAnswering(second, ReverseAnswer.AlreadyReceiving, null, "official-1"), Token);

        Assert.Equal($"{first} {first} {other}", await world.Database.Ask(
            $"""
            select max(loop_id::text) filter (where reverse_id = '{first}'), max(loop_id::text) filter (where reverse_id = '{second}')
                 , max(loop_id::text) filter (where reverse_id = '{other}')
              from referrals.reverse_referral
            """));
        Assert.Equal(
            [County, City], (await world.Told()).Where(told => told.Type == "reverse-referral.answered").Select(told => told.Recipient));
        Assert.Equal("1", await world.Database.Ask("select count(*) from referrals.reverse_referral where answer is null"));
    }

    [Fact]
    public async Task R45_a_mass_organisation_reports_people_and_gets_403_on_a_claim_whatever_it_asks_for()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Register(Organisation(MassOrganisation, "CITY", "4104") with { OrgType = "MASS", IsCharity = false });

        await world.Reverse.Raise(Calling(MassOrganisation), Report, Found(7), Token);

        foreach (var asked in (Guid[])[referral, Guid.Empty])
        {
            Assert.Equal(ReasonCode.RecipientNotCharity, await Code(
                () => world.Claims.Claim(Calling(MassOrganisation), asked, 1, null, Token)));
        }

        Assert.Equal("2", await world.Database.Ask(
            "select count(*) from audit.entry where action = 'claim.refused'"));
    }

    private static FoundPerson Found(int person) => new("示例丙", IdOf(person), null, "示例备注");

    private static async Task<string> Code<T>(Func<Task<T>> call) =>
        (await Assert.ThrowsAsync<HubProblemException>(call)).Code;
}
