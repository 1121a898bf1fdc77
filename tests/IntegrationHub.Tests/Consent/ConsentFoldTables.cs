using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Consent;

/// <summary>What a narrowing, a renewal or two words about one sequence make of each part of a consent.</summary>
public sealed class ConsentFoldTables
{
    private const string Early = "2026-02-01";
    private const string Late = "2026-09-01";

    [Theory]
    [InlineData(Early, Late, Late)]
    [InlineData(Late, Early, Late)]
    [InlineData(Early, null, Early)]
    [InlineData(null, Late, Late)]
    [InlineData(null, null, null)]
    public void A_narrowing_moves_the_first_day_on_and_never_back(string? before, string? said, string? after)
    {
        var given = Ledger.Given() with { ValidFrom = Day(before) };

        Assert.Equal(Day(after), Fold(given, Narrowed(given) with { ValidFrom = Day(said) }).ValidFrom);
    }

    [Theory]
    [InlineData(Early, Late, Early)]
    [InlineData(Late, Early, Early)]
    [InlineData(Early, null, Early)]
    [InlineData(null, Late, Late)]
    [InlineData(null, null, null)]
    public void A_narrowing_moves_the_last_day_back_and_never_on(string? before, string? said, string? after)
    {
        var given = Ledger.Given() with { ValidTo = Day(before) };

        Assert.Equal(Day(after), Fold(given, Narrowed(given) with { ValidTo = Day(said) }).ValidTo);
    }

    [Theory]
    [InlineData(Early, Late, Late)]
    [InlineData(Late, Early, Late)]
    [InlineData(Early, null, Early)]
    [InlineData(null, Late, null)] // no end was agreed: a renewal sets none
    public void A_renewal_moves_the_last_day_on_and_never_back(string? before, string? said, string? after)
    {
        var given = Ledger.Given() with { ValidTo = Day(before) };

        Assert.Equal(Day(after), Fold(given, given.Then(ConsentEventType.Renewed, 2) with { ValidTo = Day(said) }).ValidTo);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void A_separate_consent_stands_only_while_both_say_so(bool given, bool narrowed, bool stands)
    {
        var first = Ledger.Given() with { Sensitive = given, Provide = given };

        var state = Fold(first, Narrowed(first) with { Sensitive = narrowed, Provide = narrowed });

        Assert.Equal((stands, stands), (state.Sensitive, state.Provide));
    }

    [Theory]
    [InlineData("CHARITY", "CHARITY", "CHARITY")]
    [InlineData("CHARITY", null, null)]
    [InlineData(null, "CHARITY", null)]
    [InlineData("CHARITY", "OTHER", null)]
    public void A_class_stands_only_if_both_name_the_same(string? given, string? narrowed, string? stands)
    {
        var first = Ledger.Given() with { RecipientClass = given };

        Assert.Equal(stands, Fold(first, Narrowed(first) with { RecipientClass = narrowed }).RecipientClass);
    }

    [Fact]
    public void A_narrowing_keeps_of_every_list_what_both_name()
    {
        var first = Ledger.Given() with { Purposes = ["a", "b"], Recipients = ["c", "d"], Actions = ["e", "f"] };

        var state = Fold(first, Narrowed(first) with { Purposes = ["b", "x"], Recipients = ["d", "x"], Actions = ["f", "x"] });

        Assert.Equal(["b"], state.Purposes);
        Assert.Equal(["d"], state.Recipients);
        Assert.Equal(["f"], state.Actions);
    }

    [Fact]
    public void A_change_has_the_number_and_the_instant_of_its_event()
    {
        var given = Ledger.Given();
        var narrowed = Narrowed(given);
        var renewed = given.Then(ConsentEventType.Renewed, 3) with { EffectiveAt = Ledger.Noon };

        Assert.Equal((1, given.EffectiveAt), Changed(Fold(given)));
        Assert.Equal((2, narrowed.EffectiveAt), Changed(Fold(given, narrowed)));
        Assert.Equal((3, renewed.EffectiveAt), Changed(Fold(given, narrowed, renewed)));
        Assert.Equal(given.EffectiveAt, Fold(given, narrowed, renewed).GivenAt);
    }

    [Fact]
    public void A_narrowing_of_what_has_ended_changes_nothing_of_it()
    {
        var given = Ledger.Given();
        var withdrawn = given.Then(ConsentEventType.Withdrawn, 2);

        var state = Fold(given, withdrawn, Narrowed(given) with { Sequence = 3, Items = ["name"] });

        Assert.Equal((ConsentStanding.Withdrawn, 2), (state.Standing, state.Sequence));
        Assert.Equal(given.Items, state.Items);
    }

    [Fact]
    public void Of_two_ends_under_one_number_the_stronger_counts_and_the_later_instant()
    {
        var expired = Ledger.Given().Then(ConsentEventType.Expired, 2);
        var withdrawn = expired with { Type = ConsentEventType.Withdrawn, EffectiveAt = expired.EffectiveAt.AddDays(1) };

        foreach (var state in new[] { Fold(Ledger.Given(), expired, withdrawn), Fold(withdrawn, Ledger.Given(), expired) })
        {
            Assert.Equal(ConsentStanding.Withdrawn, state.Standing);
            Assert.Equal(withdrawn.EffectiveAt, state.ChangedAt);
            Assert.True(state.IsContradicted);
            Assert.Equal([ConsentStanding.Withdrawn, ConsentStanding.Expired], state.Ends.Select(end => end.Standing));
        }
    }

    [Fact]
    public void An_end_told_beside_a_grant_of_the_same_number_is_the_only_end()
    {
        var withdrawn = Ledger.Given().Then(ConsentEventType.Withdrawn, 1);

        var state = Fold(Ledger.Given(), withdrawn);

        Assert.Equal([withdrawn.EffectiveAt], state.Ends.Select(end => end.At));
    }

    [Fact]
    public void The_same_instant_on_another_clock_is_the_same_word()
    {
        var given = Ledger.Given();

        var state = Fold(given, given with { EffectiveAt = given.EffectiveAt.ToOffset(TimeSpan.FromHours(-3)) });

        Assert.Equal((ConsentStanding.Active, false), (state.Standing, state.IsContradicted));
    }

    [Fact]
    public void An_event_of_a_kind_nobody_knows_ends_the_consent() => Assert.Equal(
        ConsentStanding.Invalidated, Fold(Ledger.Given(), Ledger.Given().Then((ConsentEventType)99, 2)).Standing);

    [Fact]
    public void A_second_grant_with_evidence_of_its_own_takes_the_place_of_the_first()
    {
        var anew = Ledger.Given(2) with { Items = ["name"], EvidenceHash = "new" };

        Assert.Equal(["name"], Fold(Ledger.Given(), anew).Items);
        Assert.Equal(Ledger.AllItems, Fold(Ledger.Given(), anew with { EvidenceHash = Ledger.Given().EvidenceHash }).Items);
        Assert.Equal(Ledger.AllItems, Fold(Ledger.Given(), anew with { EvidenceHash = null }).Items);
    }

    [Fact]
    public void A_first_grant_needs_no_evidence_to_stand() =>
        Assert.Equal(ConsentStanding.Active, Fold(Ledger.Given() with { EvidenceHash = null }).Standing);

    [Fact]
    public void States_come_in_the_order_of_their_ids() => Assert.Equal(
        ["TY-1", "TY-2", "TY-3"],
        ConsentFold.Fold([Ledger.Given(1, "TY-2"), Ledger.Given(1, "TY-3"), Ledger.Given()], Ledger.Noon).Select(one => one.ConsentId));

    private static (int, DateTimeOffset) Changed(ConsentState state) => (state.Sequence, state.ChangedAt);

    private static DateOnly? Day(string? day) => day is null ? null : DateOnly.Parse(day);

    private static ConsentEvent Narrowed(ConsentEvent given) => given.Then(ConsentEventType.Narrowed, 2);

    private static ConsentState Fold(params ConsentEvent[] events) => ConsentFold.Fold(events, Ledger.Noon).Single();
}
