using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>Two who speak for one child, and what becomes of their words (P5).</summary>
public sealed class GuardianRulesTests
{
    private static readonly Guid Mother = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Father = new("00000000-0000-0000-0000-00000000000b");
    private static readonly DateOnly Day = HubCalendar.DayOf(Ledger.Noon);

    [Fact]
    public void P05_either_guardians_consent_is_enough_while_neither_withdrew() =>
        Permitted(By(Mother, "TY-1"), By(Father, "TY-2"));

    [Fact]
    public void P05_what_one_guardian_withdrew_the_other_does_not_permit()
    {
        var father = By(Father, "TY-2");

        var decision = Decide(By(Mother, "TY-1"), father, father.Then(ConsentEventType.Withdrawn, 2));

        Assert.Equal(ReasonCode.ConsentWithdrawn, decision.Reason);
        Assert.Equal(("TY-2", 2), (decision.ConsentId, decision.ConsentSequence));
    }

    [Fact]
    public void P05_a_later_consent_of_the_other_guardian_does_not_overrule_the_withdrawal()
    {
        var father = By(Father, "TY-2");
        var later = By(Mother, "TY-1") with { EffectiveAt = Ledger.Noon.AddDays(-1) };

        Refused(ReasonCode.ConsentWithdrawn, later, father, father.Then(ConsentEventType.Withdrawn, 2));
    }

    [Fact]
    public void P05_the_other_guardian_withdraws_by_the_very_consent_that_was_given()
    {
        var mother = By(Mother, "TY-1");
        var withdrawn = mother.Then(ConsentEventType.Withdrawn, 2) with { GivenBy = Father };
        var again = mother with { Sequence = 3, EvidenceHash = "new", EffectiveAt = Ledger.Noon.AddDays(-2) };

        Refused(ReasonCode.ConsentWithdrawn, mother, withdrawn);
        Refused(ReasonCode.ConsentWithdrawn, mother, withdrawn, again);
        Permitted(mother, withdrawn, again with { GivenBy = Father });
    }

    [Fact]
    public void P05_only_who_withdrew_can_take_the_withdrawal_back()
    {
        var father = By(Father, "TY-2");
        var withdrawn = father.Then(ConsentEventType.Withdrawn, 2);
        var anew = By(Father, "TY-3") with { EffectiveAt = withdrawn.EffectiveAt.AddTicks(1) };

        Permitted(By(Mother, "TY-1"), father, withdrawn, anew);
        // Not one that is older, not one about something else, not one that has ended, not a third person's.
        var before = anew with { EffectiveAt = withdrawn.EffectiveAt.AddDays(-5), Actions = [ConsentAction.Offer] };
        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), father, withdrawn, before);
        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), father, withdrawn, anew with { Purposes = ["ZX"] });
        Refused(
            ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), father, withdrawn, anew,
            anew.Then(ConsentEventType.Withdrawn, 2));
    }

    [Fact]
    public void P05_a_withdrawal_about_something_else_stops_nothing()
    {
        var schooling = By(Father, "TY-2") with { Purposes = ["ZX"] };
        var another = By(Father, "TY-2") with { Recipients = [Ledger.MedicalFoundation] };
        var offers = By(Father, "TY-2") with { Actions = [ConsentAction.Offer] };

        Permitted(By(Mother, "TY-1"), schooling, schooling.Then(ConsentEventType.Withdrawn, 2));
        Permitted(By(Mother, "TY-1"), another, another.Then(ConsentEventType.Withdrawn, 2));
        Permitted(By(Mother, "TY-1"), offers, offers.Then(ConsentEventType.Withdrawn, 2));
    }

    [Fact]
    public void P05_a_guardian_who_agreed_to_nothing_withdraws_by_saying_for_what()
    {
        var objection = By(Father, "TY-9").Then(ConsentEventType.Withdrawn, 1);
        var toAll = objection with { Recipients = [], Actions = [] };

        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), objection);
        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), toAll);
        Permitted(By(Mother, "TY-1"), toAll with { RecipientClass = "CHARITY" }); // of offers: this is a claim
        Permitted(By(Mother, "TY-1"), toAll with { Recipients = [Ledger.MedicalFoundation] });
        Permitted(By(Mother, "TY-1"), toAll with { Actions = [ConsentAction.Offer] });
        Permitted(By(Mother, "TY-1"), toAll with { Purposes = ["ZX"] });
        Permitted(By(Mother, "TY-1"), toAll with { Purposes = [] }); // it does not say what it is about
    }

    [Theory]
    [InlineData(ConsentEventType.Expired)]
    [InlineData(ConsentEventType.Invalidated)]
    [InlineData(ConsentEventType.GuardianLapsed)]
    public void P05_an_end_that_is_no_withdrawal_says_nothing_about_the_other_guardian(ConsentEventType end)
    {
        var father = By(Father, "TY-2");

        Permitted(By(Mother, "TY-1"), father, father.Then(end, 2));
    }

    [Fact]
    public void P05_a_guardian_who_was_replaced_stops_nothing_any_more()
    {
        var father = By(Father, "TY-2");
        var withdrawn = father.Then(ConsentEventType.Withdrawn, 2);
        var replaced = father.Then(ConsentEventType.GuardianLapsed, 3) with { EffectiveAt = withdrawn.EffectiveAt };

        Permitted(By(Mother, "TY-1"), father, withdrawn, replaced);
        Refused(
            ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), father, withdrawn,
            replaced with { EffectiveAt = withdrawn.EffectiveAt.AddTicks(-1) });
        var third = replaced with { GivenBy = new Guid("00000000-0000-0000-0000-00000000000d") };
        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), father, withdrawn, third);
    }

    [Fact]
    public void P05_with_the_guardianship_everything_that_guardian_agreed_to_lapses()
    {
        var other = By(Father, "TY-2") with { Purposes = ["ZX"] };
        var lapsed = other.Then(ConsentEventType.GuardianLapsed, 2);

        Refused(ReasonCode.ConsentGuardian, By(Father, "TY-1"), other, lapsed);
        Refused(
            ReasonCode.ConsentGuardian, By(Father, "TY-1") with { EffectiveAt = lapsed.EffectiveAt }, other, lapsed);
        Permitted(By(Mother, "TY-1"), other, lapsed);
        // Appointed again and asked again: given after the old guardianship ended.
        Permitted(By(Father, "TY-1") with { EffectiveAt = lapsed.EffectiveAt.AddTicks(1) }, other, lapsed);
        // An end of another kind ends no guardianship, and a guardian nobody named cannot be recognised.
        Permitted(By(Father, "TY-1"), other, other.Then(ConsentEventType.Expired, 2));
        Permitted(By(null, "TY-1"), other with { GivenBy = null }, lapsed with { GivenBy = null });
    }

    [Fact]
    public void P05_an_unnamed_guardians_withdrawal_ends_what_was_agreed_before_it_and_not_what_comes_after()
    {
        var unnamed = By(null, "TY-2");
        var withdrawn = unnamed.Then(ConsentEventType.Withdrawn, 2);

        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), unnamed, withdrawn);
        Refused(
            ReasonCode.ConsentWithdrawn, By(Mother, "TY-1") with { EffectiveAt = withdrawn.EffectiveAt }, unnamed, withdrawn);
        Permitted(By(Mother, "TY-1") with { EffectiveAt = withdrawn.EffectiveAt.AddTicks(1) }, unnamed, withdrawn);
        var reopened = unnamed with { Sequence = 3, EvidenceHash = "new", EffectiveAt = withdrawn.EffectiveAt };
        Permitted(unnamed, withdrawn, reopened);
    }

    [Fact]
    public void P05_an_event_that_ends_a_guardians_consent_is_a_guardians_whatever_capacity_it_bears()
    {
        var father = By(Father, "TY-2");
        var withdrawn = father.Then(ConsentEventType.Withdrawn, 2) with { Capacity = ConsentCapacity.Self, GivenBy = null };

        Refused(ReasonCode.ConsentWithdrawn, By(Mother, "TY-1"), father, withdrawn);
        // A person of age who withdraws their own speaks for nobody's guardian.
        var own = father with { Capacity = ConsentCapacity.Self };
        Permitted(By(Mother, "TY-1"), own, own.Then(ConsentEventType.Withdrawn, 2));
    }

    [Fact]
    public void P05_an_adult_without_capacity_has_a_guardian_with_evidence()
    {
        var guarded = By(Mother, "TY-1");

        Assert.Equal(ReasonCode.ConsentGuardian, OfAdult(guarded).Reason);
        Assert.True(OfAdult(guarded with { CapacityEvidence = "court order" }).Permitted);
    }

    [Fact]
    public void P05_the_guardian_of_an_adult_can_stop_what_the_adult_agreed_to()
    {
        var own = Ledger.Given(1, "TY-1");
        var guarded = By(Mother, "TY-2") with { CapacityEvidence = "court order" };
        var withdrawn = guarded.Then(ConsentEventType.Withdrawn, 2);

        Assert.Equal(ReasonCode.ConsentWithdrawn, OfAdult(own, guarded, withdrawn).Reason);
        // Without evidence nobody speaks for an adult.
        var unproven = guarded with { CapacityEvidence = null };
        Assert.True(OfAdult(own, unproven, withdrawn with { CapacityEvidence = null }).Permitted);
        // The evidence may come with the withdrawal.
        Assert.False(OfAdult(own, unproven, withdrawn).Permitted);
    }

    [Fact]
    public void P05_civil_affairs_as_guardian_of_the_state_consents_like_any_guardian() =>
        Permitted(By(new Guid("00000000-0000-0000-0000-00000000000c"), "TY-1"));

    [Fact]
    public void An_agent_needs_evidence_of_the_authority()
    {
        var agent = Ledger.Given() with { Capacity = ConsentCapacity.Agent, EvidenceHash = null };

        Assert.Equal(ReasonCode.ConsentGuardian, OfAdult(agent).Reason);
        Assert.True(OfAdult(agent with { EvidenceHash = "letter" }).Permitted);
        Assert.True(OfAdult(agent with { CapacityEvidence = "letter" }).Permitted);
    }

    private static ConsentEvent By(Guid? guardian, string id) =>
        Ledger.Given(1, id) with { Capacity = ConsentCapacity.Guardian, GivenBy = guardian };

    private static DisclosureDecision Decide(params ConsentEvent[] events) =>
        DisclosureRules.Decide(Requests.Claim().BornOn(Day.AddYears(-10)) with { Consents = events });

    private static DisclosureDecision OfAdult(params ConsentEvent[] events) =>
        DisclosureRules.Decide(Requests.Claim() with { Consents = events });

    private static void Permitted(params ConsentEvent[] events) => Assert.Equal(ReasonCode.Permit, Decide(events).Reason);

    private static void Refused(string reason, params ConsentEvent[] events) => Assert.Equal(reason, Decide(events).Reason);
}
