using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Consent;

/// <summary>The ends that the clock brings, at the edges of the calendar and of the consent.</summary>
public sealed class ConsentDueTests
{
    private static readonly ConsentEvent Guarded =
        Ledger.Given() with { Capacity = ConsentCapacity.Guardian, ValidFrom = null, ValidTo = null };

    [Theory]
    [InlineData("2012-02-28", "2026-02-28")]
    [InlineData("2012-02-29", "2026-03-01")]
    [InlineData("2012-03-29", "2026-03-29")]
    [InlineData("2012-03-01", "2026-03-01")]
    [InlineData("1996-02-29", "2010-03-01")]
    public void P04_a_guardians_word_ends_with_the_midnight_of_the_birthday(string born, string day)
    {
        var midnight = HubMidnight(DateOnly.Parse(day));
        var given = Guarded with { EffectiveAt = midnight.AddYears(-1) };

        Assert.Empty(ConsentDue.Of([given], DateOnly.Parse(born), midnight.AddTicks(-1)));
        var due = ConsentDue.Of([given], DateOnly.Parse(born), midnight).Single();
        Assert.Equal((ConsentEventType.GuardianLapsed, midnight, TimeSpan.Zero), (due.Type, due.EffectiveAt, due.EffectiveAt.Offset));
    }

    [Theory]
    [InlineData("9985-06-01", true)] // turns 14 in the last year there is
    [InlineData("9986-01-01", false)]
    public void A_birthday_after_the_last_year_never_comes(string born, bool comes)
    {
        var given = Guarded with { EffectiveAt = new DateTimeOffset(9998, 1, 1, 0, 0, 0, TimeSpan.Zero) };

        var due = ConsentDue.Of([given], DateOnly.Parse(born), new DateTimeOffset(9999, 12, 30, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(comes, due.Count == 1);
    }

    [Fact]
    public void An_end_is_about_nothing_and_lets_nothing_out()
    {
        var due = ConsentDue.Of([Guarded], new DateOnly(2012, 3, 1), Ledger.Noon).Single();

        Assert.Equal((0, 0, 0, 0), (due.Purposes.Count, due.Items.Count, due.Recipients.Count, due.Actions.Count));
        Assert.Equal((false, false), (due.Sensitive, due.Provide));
        Assert.Equal((Guarded.ConsentId, Guarded.Sequence, Guarded.Capacity), (due.ConsentId, due.Sequence, due.Capacity));
    }

    [Fact]
    public void A_guardians_consent_that_ends_on_a_day_after_the_birthday_lapses_with_the_birthday_and_expires_otherwise()
    {
        var born = new DateOnly(2012, 3, 1);
        var later = Guarded with { ValidTo = new DateOnly(2026, 3, 1) };
        var before = Guarded with { ValidTo = new DateOnly(2026, 2, 28) };

        Assert.Equal(ConsentEventType.GuardianLapsed, ConsentDue.Of([later], born, Ledger.Noon).Single().Type);
        Assert.Equal(ConsentEventType.Expired, ConsentDue.Of([before], born, Ledger.Noon).Single().Type);
        Assert.Equal(ConsentEventType.Expired, ConsentDue.Of([before], null, Ledger.Noon).Single().Type);
        Assert.Equal(ConsentEventType.Expired, ConsentDue.Of([before], new DateOnly(2020, 1, 1), Ledger.Noon).Single().Type);
        Assert.Empty(ConsentDue.Of([before with { ValidTo = new DateOnly(2026, 3, 2) }], null, Ledger.Noon));
    }

    private static DateTimeOffset HubMidnight(DateOnly day) =>
        new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));
}
