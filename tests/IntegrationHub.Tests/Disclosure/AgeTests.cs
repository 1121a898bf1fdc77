using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Disclosure;

public sealed class AgeTests
{
    [Theory]
    [InlineData("2012-03-10", "2026-03-09", AgeStanding.Child)]
    [InlineData("2012-03-10", "2026-03-10", AgeStanding.Birthday)]
    [InlineData("2012-03-10", "2026-03-11", AgeStanding.OfAge)]
    [InlineData("2012-03-10", "2026-02-28", AgeStanding.Child)]
    [InlineData("2012-03-10", "2025-12-31", AgeStanding.Child)]
    [InlineData("2012-03-10", "2027-01-01", AgeStanding.OfAge)]
    [InlineData("2012-02-29", "2026-02-28", AgeStanding.Child)]
    [InlineData("2012-02-29", "2026-03-01", AgeStanding.OfAge)]
    [InlineData("2026-03-10", "2026-03-10", AgeStanding.Child)]
    [InlineData("2026-03-11", "2026-03-10", AgeStanding.Unknown)]
    [InlineData(null, "2026-03-10", AgeStanding.Unknown)]
    [InlineData("9990-01-01", "9999-12-31", AgeStanding.Child)]
    public void P04_on_which_side_of_the_birthday(string? born, string day, AgeStanding standing) =>
        Assert.Equal(standing, Age.StandingOf(born is null ? null : DateOnly.Parse(born), DateOnly.Parse(day)));

    [Theory]
    [InlineData(ConsentCapacity.Self, AgeStanding.Child, false)]
    [InlineData(ConsentCapacity.Self, AgeStanding.Birthday, false)]
    [InlineData(ConsentCapacity.Self, AgeStanding.OfAge, true)]
    [InlineData(ConsentCapacity.Self, AgeStanding.Unknown, false)]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.Child, true)]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.Birthday, false)]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.OfAge, false)]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.Unknown, false)]
    [InlineData(ConsentCapacity.Agent, AgeStanding.Child, false)]
    [InlineData(ConsentCapacity.Agent, AgeStanding.Birthday, false)]
    [InlineData(ConsentCapacity.Agent, AgeStanding.OfAge, false)]
    [InlineData((ConsentCapacity)9, AgeStanding.OfAge, false)]
    public void P04_P05_who_may_consent_at_which_age_without_evidence(
        ConsentCapacity capacity, AgeStanding age, bool may) =>
        Assert.Equal(may, Age.MayConsent(StateOf(capacity), age));

    [Theory]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.OfAge, true)]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.Birthday, false)]
    [InlineData(ConsentCapacity.Guardian, AgeStanding.Unknown, false)]
    [InlineData(ConsentCapacity.Agent, AgeStanding.OfAge, true)]
    [InlineData(ConsentCapacity.Agent, AgeStanding.Child, false)]
    public void P05_and_with_it(ConsentCapacity capacity, AgeStanding age, bool may) =>
        Assert.Equal(may, Age.MayConsent(StateOf(capacity) with { CapacityEvidence = "x" }, age));

    [Theory]
    [InlineData(AgeStanding.Child, true)]
    [InlineData(AgeStanding.Birthday, true)]
    [InlineData(AgeStanding.Unknown, true)]
    [InlineData(AgeStanding.OfAge, false)]
    public void P03_whose_every_item_is_sensitive(AgeStanding age, bool isProtected) =>
        Assert.Equal(isProtected, Age.IsProtected(age));

    [Theory]
    [InlineData(AgeStanding.Child)]
    [InlineData(AgeStanding.Birthday)]
    [InlineData(AgeStanding.OfAge)]
    [InlineData(AgeStanding.Unknown)]
    public void A_birth_date_that_stands_in_for_the_true_one_has_its_standing(AgeStanding age)
    {
        var day = new DateOnly(2026, 3, 10);

        Assert.Equal(age, Age.StandingOf(Age.SomeBirth(age, day), day));
    }

    [Theory]
    [InlineData("2030-02-28", true)]
    [InlineData("2028-02-29", false)] // fourteen years before there was no such day
    [InlineData("0015-01-01", true)]
    [InlineData("0014-12-31", false)]
    [InlineData("2026-01-31", true)]
    [InlineData("9990-01-01", true)]
    public void A_birthday_that_cannot_be_has_no_birth_date(string day, bool exists) =>
        Assert.Equal(exists, Age.SomeBirth(AgeStanding.Birthday, DateOnly.Parse(day)) is not null);

    private static ConsentState StateOf(ConsentCapacity capacity) => new()
    {
        ConsentId = "TY-1",
        Sequence = 1,
        Standing = ConsentStanding.Active,
        Capacity = capacity,
    };
}
