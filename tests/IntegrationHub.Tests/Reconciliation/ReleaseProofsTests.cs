using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;
using IntegrationHub.Tests.Disclosure;

namespace IntegrationHub.Tests.Reconciliation;

public sealed class ReleaseProofsTests
{
    private static readonly DateOnly Born = new(1976, 5, 12);

    private static readonly ReleaseRow Release = new()
    {
        ReleaseId = new Guid("00000000-0000-0000-0000-000000000009"),
        DecisionId = 1,
        ReferralId = new Guid("00000000-0000-0000-0000-000000000002"),
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Ledger.CountyCharity,
        Purpose = "ZY",
        Items = ["name", "phone"],
        ConsentId = "TY-1",
        ConsentSequence = 1,
        PolicyVersion = Requests.Policy.Version,
        Digest = [],
        ReleasedAt = Ledger.Noon,
    };

    private static readonly DecisionRow Decision = new()
    {
        Step = DisclosureStep.Claim,
        ReferralId = Release.ReferralId,
        Attempt = Release.Attempt,
        PersonKey = Release.PersonKey,
        Uscc = Release.Uscc,
        Purpose = Release.Purpose,
        Requested = ["name", "phone", "diagnosis"],
        Decision = new DisclosureDecision
        {
            Permitted = true,
            Reason = ReasonCode.Permit,
            Effective = ["name", "phone", "diagnosis"],
            ConsentId = Release.ConsentId,
            ConsentSequence = Release.ConsentSequence,
            PolicyVersion = Release.PolicyVersion,
        },
    };

    public static TheoryData<string, ReleaseRow, StoredDecision?> Unproven => new()
    {
        { "missing", Release, null },
        { "refusal", Release, At(Decision with { Decision = Decision.Decision with { Permitted = false } }) },
        { "offer", Release, At(Decision with { Step = DisclosureStep.Offer }) },
        { "another case", Release with { ReferralId = Guid.Empty }, At(Decision) },
        { "another case", Release with { Attempt = 2 }, At(Decision) },
        { "another case", Release with { PersonKey = Guid.Empty }, At(Decision) },
        { "another case", Release with { Uscc = Ledger.MedicalFoundation }, At(Decision) },
        { "another case", Release with { Purpose = "ZX" }, At(Decision) },
        { "another consent or policy", Release with { ConsentId = "TY-2" }, At(Decision) },
        { "another consent or policy", Release with { ConsentSequence = 2 }, At(Decision) },
        { "another consent or policy", Release with { PolicyVersion = "other" }, At(Decision) },
        { "another instant", Release with { ReleasedAt = Ledger.Noon.AddDays(-1) }, At(Decision) },
        { "other items", Release with { Items = ["name", "bank"] }, At(Decision) },
        { "other items", Release with { Items = [] }, At(Decision) },
    };

    [Fact]
    public void A_release_rests_on_a_permit_for_the_same_thing() =>
        Assert.Null(ReleaseProofs.ObjectionOfDecision(new ReleaseProof(Release, At(Decision))));

    [Theory]
    [MemberData(nameof(Unproven))]
    public void A_decision_about_anything_else_does_not_carry_it(
        string words, ReleaseRow release, StoredDecision? decision) =>
        Assert.Contains(
            words, ReleaseProofs.ObjectionOfDecision(new ReleaseProof(release, decision)), StringComparison.Ordinal);

    [Fact]
    public void The_consent_of_that_instant_permits_it_again() => Assert.Null(Objection(Ledger.Given()));

    [Fact]
    public void Without_a_recorded_consent_it_is_not_permitted() =>
        Assert.Contains("consent.none", Objection(), StringComparison.Ordinal);

    [Fact]
    public void A_withdrawal_in_effect_before_it_and_known_takes_the_permit_away() =>
        Assert.Contains(
            "consent.withdrawn",
            Objection(Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 2)),
            StringComparison.Ordinal);

    [Fact]
    public void A_withdrawal_in_effect_after_it_takes_nothing_away() =>
        Assert.Null(Objection(
            Ledger.Given(),
            Ledger.Given().Then(ConsentEventType.Withdrawn, 2) with { EffectiveAt = Ledger.Noon.AddSeconds(1) }));

    [Fact]
    public void Another_consent_of_the_person_does_not_stand_in_for_the_one_recorded() =>
        Assert.Contains("consent.none", Objection(Ledger.Given(id: "TY-2")), StringComparison.Ordinal);

    [Fact]
    public void A_consent_that_stood_at_another_sequence_is_not_the_one_recorded() =>
        Assert.Contains(
            "sequence",
            Objection(Ledger.Given(), Ledger.Given().Then(ConsentEventType.Renewed, 2)), StringComparison.Ordinal);

    [Fact]
    public void Items_the_consent_did_not_have_are_not_covered() =>
        Assert.Contains("items", Objection(Ledger.Given() with { Items = ["name"] }), StringComparison.Ordinal);

    [Fact]
    public void P01_a_consent_to_a_class_never_covers_identity() =>
        Assert.Contains("consent.need_named", Objection(Ledger.GivenToClass()), StringComparison.Ordinal);

    [Fact]
    public void P06_items_outside_the_whitelist_are_not_covered_while_the_rules_are_the_same()
    {
        var release = Release with { Items = ["name", "address"] };

        Assert.Contains("items", Objection(release, Born, Ledger.Given()), StringComparison.Ordinal);
        Assert.Null(Objection(release with { PolicyVersion = "an older one" }, Born, Ledger.Given()));
    }

    [Fact]
    public void P04_a_child_did_not_consent_alone()
    {
        var guardian = Ledger.Given() with { Capacity = ConsentCapacity.Guardian };
        var child = new DateOnly(2020, 1, 1);

        Assert.Contains("consent.guardian", Objection(Release, child, Ledger.Given()), StringComparison.Ordinal);
        Assert.Null(Objection(Release, child, guardian));
    }

    [Fact]
    public void P13_a_birth_date_that_is_gone_leaves_the_age_as_it_was_decided()
    {
        Assert.Null(Objection(Release, null, Ledger.Given()));
        var guarded = Ledger.Given() with { Capacity = ConsentCapacity.Guardian };
        Assert.Null(Objection(Release, null, guarded));
        var renewed = Ledger.Given().Then(ConsentEventType.Renewed, 2);
        Assert.Null(Objection(Release with { ConsentSequence = 2 }, null, guarded, renewed));
    }

    private static string? Objection(params ConsentEvent[] known) => Objection(Release, Born, known);

    private static string? Objection(ReleaseRow release, DateOnly? born, params ConsentEvent[] known) =>
        ReleaseProofs.ObjectionOfConsent(release, known, born, Requests.Policy);

    private static StoredDecision At(DecisionRow row) => new(row, Ledger.Noon);
}
