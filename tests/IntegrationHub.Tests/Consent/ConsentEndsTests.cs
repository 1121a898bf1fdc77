using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Consent;

/// <summary>What the fold remembers beside the scope, and which ends the clock brings.</summary>
public sealed class ConsentEndsTests
{
    private static readonly Guid Mother = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Father = new("00000000-0000-0000-0000-00000000000b");

    private static readonly ConsentEvent Guarded = Ledger.Given() with
    {
        Capacity = ConsentCapacity.Guardian,
        GivenBy = Mother,
        CapacityEvidence = "guardianship",
        Method = "PAPER",
        NoticeId = "GZ-1",
        NoticeVersion = "1",
        NoticeHash = "aa",
    };

    [Fact]
    public void A_grant_keeps_who_gave_it_how_and_on_what()
    {
        var state = Fold(Guarded);

        Assert.Equal((ConsentCapacity.Guardian, Mother, "guardianship", "PAPER", LawfulBases.Consent), (
            state.Capacity, state.GivenBy, state.CapacityEvidence, state.Method, state.LawfulBasis));
        Assert.Equal((Guarded.EffectiveAt, Guarded.EvidenceHash), (state.GivenAt, state.EvidenceHash));
        Assert.Empty(state.Ends);
        Assert.False(state.IsContradicted);
    }

    [Fact]
    public void P09_a_changed_notice_never_upgrades_a_consent_given_under_the_old_one()
    {
        var renewed = Guarded.Then(ConsentEventType.Renewed, 2) with { NoticeId = "GZ-2", NoticeVersion = "2", NoticeHash = "bb" };
        var narrowed = renewed with { Type = ConsentEventType.Narrowed, Sequence = 3 };

        var state = Fold(Guarded, renewed, narrowed);

        Assert.Equal(("GZ-1", "1", "aa"), (state.NoticeId, state.NoticeVersion, state.NoticeHash));
        var anew = Guarded with { Sequence = 4, EvidenceHash = "new", NoticeId = "GZ-2", NoticeVersion = "2", NoticeHash = "bb" };
        Assert.Equal("GZ-2", Fold(Guarded, renewed, narrowed, anew).NoticeId);
    }

    [Fact]
    public void An_end_keeps_who_ended_it_when_and_what_it_said_even_if_a_later_grant_opens_it_again()
    {
        var withdrawn = Guarded.Then(ConsentEventType.Withdrawn, 2) with { GivenBy = Father, Purposes = ["ZX"] };
        var anew = Guarded with { Sequence = 3, EvidenceHash = "new" };

        var state = Fold(Guarded, withdrawn, anew);

        Assert.Equal(ConsentStanding.Active, state.Standing);
        var end = Assert.Single(state.Ends);
        Assert.Equal((ConsentStanding.Withdrawn, true, true, Father, withdrawn.EffectiveAt), (
            end.Standing, end.IsGuardians, end.IsForAdult, end.By, end.At));
        Assert.Equal(["ZX"], end.Scope.Purposes);
        Assert.Equal(withdrawn.Recipients, end.Scope.Recipients);
        Assert.Equal(withdrawn.Actions, end.Scope.Actions);
        Assert.Null(end.Scope.RecipientClass);
    }

    [Fact]
    public void An_end_that_names_nobody_is_the_givers()
    {
        var end = Fold(Guarded, Guarded.Then(ConsentEventType.Withdrawn, 2) with
        {
            GivenBy = null,
            Capacity = ConsentCapacity.Self,
            CapacityEvidence = null,
        }).Ends.Single();

        Assert.Equal((Mother, true, true), (end.By, end.IsGuardians, end.IsForAdult));
        var own = Fold(Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 2)).Ends.Single();
        Assert.Equal((null, false, false), (own.By, own.IsGuardians, own.IsForAdult));
    }

    [Fact]
    public void A_contradiction_is_remembered_and_what_is_only_repeated_is_none()
    {
        var otherwise = Ledger.Given() with { Items = ["name"] };
        var anew = Ledger.Given(2) with { EvidenceHash = "new" };

        Assert.True(Fold(Ledger.Given(), otherwise).IsContradicted);
        Assert.True(Fold(Ledger.Given(), otherwise, anew).IsContradicted);
        Assert.Equal(ConsentStanding.Active, Fold(Ledger.Given(), otherwise, anew).Standing);
        Assert.Equal(ConsentStanding.Invalidated, Fold(otherwise, Ledger.Given()).Standing);
        Assert.Empty(Fold(Ledger.Given(), otherwise).Ends); // nobody ended it
        var repeated = Ledger.Given() with { EffectiveAt = Ledger.Given().EffectiveAt.ToUniversalTime() };
        Assert.False(Fold(Ledger.Given(), repeated).IsContradicted);
        Assert.Equal(ConsentStanding.Active, Fold(Ledger.Given(), repeated).Standing);
        Assert.False(Fold(Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 2)).IsContradicted);
    }

    [Theory]
    [InlineData("Method")]
    [InlineData("GivenBy")]
    [InlineData("CapacityEvidence")]
    [InlineData("LawfulBasis")]
    [InlineData("NoticeHash")]
    [InlineData("EvidenceHash")]
    public void One_number_told_with_another_value_anywhere_is_a_contradiction(string field)
    {
        var other = field switch
        {
            "Method" => Guarded with { Method = "ONLINE" },
            "GivenBy" => Guarded with { GivenBy = Father },
            "CapacityEvidence" => Guarded with { CapacityEvidence = "other" },
            "LawfulBasis" => Guarded with { LawfulBasis = "VITAL" },
            "NoticeHash" => Guarded with { NoticeHash = "bb" },
            _ => Guarded with { EvidenceHash = "other" },
        };

        Assert.Equal(ConsentStanding.Invalidated, Fold(Guarded, other).Standing);
    }

    [Fact]
    public void Evidence_that_was_shown_for_something_that_ended_opens_nothing_again()
    {
        var withdrawn = Ledger.Given().Then(ConsentEventType.Withdrawn, 2) with { EvidenceHash = "shown" };

        Assert.Equal(ConsentStanding.Withdrawn, Fold(Ledger.Given(), withdrawn, Ledger.Given(3) with { EvidenceHash = "shown" }).Standing);
    }

    [Fact]
    public void The_clock_ends_what_stands_past_its_last_day_with_its_own_number()
    {
        var due = ConsentDue.Of([Ledger.Given()], null, AtDay(2027, 2, 1)).Single();

        Assert.Equal((ConsentEventType.Expired, "TY-1", 1), (due.Type, due.ConsentId, due.Sequence));
        Assert.Equal(AtDay(2027, 2, 1).AddHours(-12), due.EffectiveAt); // the midnight after the last day, in China
        Assert.Empty(ConsentDue.Of([Ledger.Given()], null, AtDay(2027, 1, 31)));
        Assert.Empty(ConsentDue.Of([Ledger.Given() with { ValidTo = null }], null, AtDay(2037, 1, 1)));
        Assert.Empty(ConsentDue.Of([Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 2)], null, AtDay(2027, 3, 1)));
        var renewed = Ledger.Given().Then(ConsentEventType.Renewed, 2) with { ValidTo = new DateOnly(2028, 1, 31) };
        Assert.Empty(ConsentDue.Of([Ledger.Given(), renewed], null, AtDay(2027, 2, 1)));
        Assert.Equal(2, ConsentDue.Of([Ledger.Given(), renewed], null, AtDay(2028, 2, 1)).Single().Sequence);
    }

    [Fact]
    public void P04_the_clock_ends_a_guardians_word_on_the_14th_birthday()
    {
        var guarded = Ledger.Given() with { Capacity = ConsentCapacity.Guardian };
        var born = new DateOnly(2012, 3, 10);

        var due = ConsentDue.Of([guarded], born, AtDay(2026, 3, 10)).Single();

        Assert.Equal((ConsentEventType.GuardianLapsed, ConsentCapacity.Guardian), (due.Type, due.Capacity));
        Assert.Equal(AtDay(2026, 3, 10).AddHours(-12), due.EffectiveAt);
        Assert.Empty(ConsentDue.Of([guarded], born, AtDay(2026, 3, 9)));
        Assert.Empty(ConsentDue.Of([guarded], null, AtDay(2026, 3, 10)));
        Assert.Empty(ConsentDue.Of([guarded with { CapacityEvidence = "of an adult" }], born, AtDay(2026, 3, 10)));
        Assert.Empty(ConsentDue.Of([Ledger.Given()], born, AtDay(2026, 3, 10)));
        // What had expired before the birthday expired; nothing is told twice.
        var shorter = guarded with { ValidTo = new DateOnly(2026, 3, 9) };
        Assert.Equal(ConsentEventType.Expired, ConsentDue.Of([shorter], born, AtDay(2026, 3, 11)).Single().Type);
        var toTheDay = guarded with { ValidTo = new DateOnly(2026, 3, 10) };
        Assert.Equal(ConsentEventType.GuardianLapsed, ConsentDue.Of([toTheDay], born, AtDay(2026, 3, 11)).Single().Type);
    }

    [Fact]
    public void P04_of_a_child_born_on_29_February_it_ends_with_the_last_of_February()
    {
        var guarded = Ledger.Given() with { Capacity = ConsentCapacity.Guardian };
        var born = new DateOnly(2012, 2, 29);

        Assert.Empty(ConsentDue.Of([guarded], born, AtDay(2026, 2, 28)));
        Assert.Equal(AtDay(2026, 3, 1).AddHours(-12), ConsentDue.Of([guarded], born, AtDay(2026, 3, 1)).Single().EffectiveAt);
    }

    private static DateTimeOffset AtDay(int year, int month, int day) => new(year, month, day, 12, 0, 0, TimeSpan.FromHours(8));

    private static ConsentState Fold(params ConsentEvent[] events) => ConsentFold.Fold(events, Ledger.Noon).Single();
}
