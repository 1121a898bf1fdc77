using CsCheck;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Consent;

public sealed class ConsentFoldTests
{
    private static readonly DateTimeOffset At = Ledger.Noon;

    // Events of two consents in any mixture: every type, few sequences so that repeats and gaps are common.
    private static readonly Gen<ConsentEvent> AnyEvent =
        from type in Gen.Enum<ConsentEventType>()
        from sequence in Gen.Int[1, 6]
        from id in Gen.OneOfConst("TY-1", "TY-2")
        from evidence in Gen.OneOfConst("a", "b", null!)
        from items in Gen.OneOfConst<IReadOnlyList<string>>(Ledger.AllItems, ["name", "phone"], [])
        from days in Gen.Int[-40, 2]
        select Ledger.Given(sequence, id) with
        {
            Type = type,
            EvidenceHash = evidence,
            Items = items,
            EffectiveAt = At.AddDays(days),
        };

    [Fact]
    public void A_given_consent_is_active_and_covers_what_was_said()
    {
        var state = Fold(Ledger.Given());

        Assert.Equal(ConsentStanding.Active, state.Standing);
        Assert.Equal(1, state.Sequence);
        Assert.Equal([Ledger.CountyCharity], state.Recipients);
    }

    [Theory]
    [InlineData(ConsentEventType.Withdrawn, ConsentStanding.Withdrawn)]
    [InlineData(ConsentEventType.Invalidated, ConsentStanding.Invalidated)]
    [InlineData(ConsentEventType.Expired, ConsentStanding.Expired)]
    [InlineData(ConsentEventType.GuardianLapsed, ConsentStanding.GuardianLapsed)]
    public void An_ending_event_ends_and_says_how(ConsentEventType type, ConsentStanding standing)
    {
        var state = Fold(Ledger.Given(), Ledger.Given().Then(type, 2));

        Assert.Equal(standing, state.Standing);
        Assert.Equal(2, state.Sequence);
    }

    [Fact]
    public void Scenario_04_an_old_given_replayed_after_a_withdrawal_grants_nothing()
    {
        var replayed = Ledger.Given(5) with { EffectiveAt = At.AddHours(-1) };

        var state = Fold(Ledger.Given(5), Ledger.Given().Then(ConsentEventType.Withdrawn, 7), replayed);

        Assert.Equal(ConsentStanding.Withdrawn, state.Standing);
        Assert.Equal(7, state.Sequence);
    }

    [Fact]
    public void Scenario_04_a_real_new_consent_has_a_higher_sequence_and_evidence_of_its_own()
    {
        var withdrawn = Ledger.Given().Then(ConsentEventType.Withdrawn, 2);

        Assert.Equal(ConsentStanding.Withdrawn, Fold(Ledger.Given(), withdrawn, Ledger.Given(3)).Standing);
        var unproven = Ledger.Given(3) with { EvidenceHash = null };
        Assert.Equal(ConsentStanding.Withdrawn, Fold(Ledger.Given(), withdrawn, unproven).Standing);
        var proven = Ledger.Given(3) with { EvidenceHash = "new" };
        Assert.Equal(ConsentStanding.Active, Fold(Ledger.Given(), withdrawn, proven).Standing);
    }

    [Fact]
    public void Scenario_05_a_withdrawal_that_came_before_its_consent_wins_over_it()
    {
        var withdrawn = Ledger.Given().Then(ConsentEventType.Withdrawn, 2);

        Assert.Equal(ConsentStanding.Withdrawn, Fold(withdrawn).Standing);
        Assert.Equal(ConsentStanding.Withdrawn, Fold(withdrawn, Ledger.Given()).Standing);
    }

    [Fact]
    public void A_withdrawal_with_the_same_sequence_as_its_consent_wins() =>
        Assert.Equal(
            ConsentStanding.Withdrawn,
            Fold(Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 1)).Standing);

    [Fact]
    public void One_sequence_told_in_two_ways_grants_nothing() =>
        Assert.Equal(
            ConsentStanding.Invalidated, Fold(Ledger.Given(), Ledger.Given() with { Items = ["name"] }).Standing);

    [Fact]
    public void An_event_that_takes_effect_later_is_not_seen_yet()
    {
        var tomorrow = Ledger.Given().Then(ConsentEventType.Withdrawn, 2) with { EffectiveAt = At.AddTicks(1) };

        Assert.Equal(ConsentStanding.Active, Fold(Ledger.Given(), tomorrow).Standing);
        Assert.Equal(ConsentStanding.Withdrawn, Fold(Ledger.Given(), tomorrow with { EffectiveAt = At }).Standing);
    }

    [Fact]
    public void Scenario_28_a_narrowing_takes_away_and_never_adds()
    {
        var given = Ledger.Given() with { Items = ["name", "diagnosis"], Sensitive = false };
        var narrowed = given.Then(ConsentEventType.Narrowed, 2) with { Items = ["name", "phone"], Sensitive = true };

        var state = Fold(given, narrowed);

        Assert.Equal(["name"], state.Items);
        Assert.False(state.Sensitive);
        Assert.Equal(ConsentStanding.Active, state.Standing);
    }

    [Fact]
    public void A_narrowing_can_shorten_the_validity_but_not_lengthen_it()
    {
        var given = Ledger.Given();
        var shorter = given.Then(ConsentEventType.Narrowed, 2) with { ValidTo = new DateOnly(2026, 6, 30) };
        var longer = given.Then(ConsentEventType.Narrowed, 2) with { ValidTo = new DateOnly(2028, 6, 30) };

        Assert.Equal(new DateOnly(2026, 6, 30), Fold(given, shorter).ValidTo);
        Assert.Equal(given.ValidTo, Fold(given, longer).ValidTo);
    }

    [Fact]
    public void P09_a_renewal_moves_the_end_and_nothing_else()
    {
        var given = Ledger.Given() with { Items = ["name"] };
        var renewed = given.Then(ConsentEventType.Renewed, 2) with
        {
            Items = Ledger.AllItems,
            ValidTo = new DateOnly(2028, 1, 31),
        };

        var state = Fold(given, renewed);

        Assert.Equal(["name"], state.Items);
        Assert.Equal(new DateOnly(2028, 1, 31), state.ValidTo);
    }

    [Fact]
    public void A_renewal_of_what_has_ended_does_not_bring_it_back()
    {
        var given = Ledger.Given();

        var state = Fold(given, given.Then(ConsentEventType.Expired, 2), given.Then(ConsentEventType.Renewed, 3));

        Assert.Equal(ConsentStanding.Expired, state.Standing);
    }

    [Fact]
    public void A_renewal_or_narrowing_of_nothing_gives_nothing()
    {
        Assert.Equal(ConsentStanding.NotGiven, Fold(Ledger.Given().Then(ConsentEventType.Renewed, 2)).Standing);
        Assert.Equal(ConsentStanding.NotGiven, Fold(Ledger.Given().Then(ConsentEventType.Narrowed, 2)).Standing);
    }

    [Fact]
    public void Each_consent_has_a_state_of_its_own()
    {
        var states = ConsentFold.Fold(
            [Ledger.Given(1, "TY-2"), Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 2)], At);

        Assert.Equal([ConsentStanding.Withdrawn, ConsentStanding.Active], states.Select(state => state.Standing));
    }

    [Fact]
    public void Neither_the_order_nor_the_repetition_of_events_matters() =>
        (from events in AnyEvent.Array[0, 8]
         from shuffled in Gen.Shuffle(events.Concat(events).ToArray())
         select (events, shuffled))
        .Sample(told => Assert.Equivalent(
            ConsentFold.Fold(told.events, At), ConsentFold.Fold(told.shuffled, At), strict: true));

    [Fact]
    public void Replaying_what_was_told_before_an_end_never_grants_again() =>
        (from events in AnyEvent.Array[0, 6]
         from replays in AnyEvent.Array[1, 4]
         select (events, replays))
        .Sample(told =>
        {
            var end = Ledger.Given().Then(ConsentEventType.Withdrawn, 6) with { EvidenceHash = "a" };
            var replays = told.replays.Select(
                replay => replay with { ConsentId = end.ConsentId, Type = ConsentEventType.Given });

            var states = ConsentFold.Fold([.. told.events, end, .. replays], At);
            var state = states.Single(one => one.ConsentId == end.ConsentId);

            Assert.NotEqual(ConsentStanding.Active, state.Standing);
        });

    [Fact]
    public void One_more_narrowing_never_widens() =>
        (from events in AnyEvent.Array[1, 6]
         from items in Gen.Shuffle(Ledger.AllItems)
         from kept in Gen.Int[0, 14]
         select (events, items, kept))
        .Sample(told =>
        {
            var fewer = told.items.Take(told.kept).ToList();
            var narrowed = Ledger.Given().Then(ConsentEventType.Narrowed, 9) with { Items = fewer };
            var before = ConsentFold.Fold(told.events, At).FirstOrDefault(state => state.ConsentId == "TY-1");

            var after = ConsentFold.Fold([.. told.events, narrowed], At).Single(state => state.ConsentId == "TY-1");

            Assert.Empty(after.Items.Except(before?.Items ?? []));
            Assert.True(after.Standing != ConsentStanding.Active || before?.Standing == ConsentStanding.Active);
        });

    private static ConsentState Fold(params ConsentEvent[] events) => ConsentFold.Fold(events, At).Single();
}
