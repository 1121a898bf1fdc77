using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>Which of several consents a decision names, and which of several reasons it tells.</summary>
public sealed class DecisionOrderTests
{
    private static readonly Guid Mother = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Father = new("00000000-0000-0000-0000-00000000000b");

    [Fact]
    public void Of_two_that_permit_the_same_the_lower_id_is_named()
    {
        Assert.Equal("TY-1", Claim(Ledger.Given(1, "TY-2"), Ledger.Given()).ConsentId);
        Assert.Equal("TY-1", Claim(Ledger.Given(), Ledger.Given(1, "TY-2")).ConsentId);
    }

    [Fact]
    public void Of_two_that_permit_the_same_the_newer_is_named() =>
        Assert.Equal("TY-2", Claim(Ledger.Given(), Later(Ledger.Given(1, "TY-2"))).ConsentId);

    [Fact]
    public void A_permit_comes_before_a_refusal_however_new_that_is()
    {
        var withdrawn = Ledger.Given(1, "TY-2").Then(ConsentEventType.Withdrawn, 2) with { EffectiveAt = Ledger.Noon };

        Assert.Equal("TY-1", Claim(Ledger.Given(), Ledger.Given(1, "TY-2"), withdrawn).ConsentId);
        var offer = DisclosureRules.Decide(Requests.Offer() with
        {
            Consents = [Ledger.GivenToClass(), Ledger.Given(1, "TY-2"), withdrawn],
        });
        Assert.Equal((true, "TY-1"), (offer.Permitted, offer.ConsentId));
    }

    [Fact]
    public void Of_refusals_the_one_that_came_furthest_is_told()
    {
        var withoutProvision = Ledger.Given() with { Provide = false };
        var tooEarly = Later(Ledger.Given(1, "TY-2")) with { ValidFrom = new DateOnly(2026, 12, 1) };

        Assert.Equal((ReasonCode.ConsentProvide, "TY-1"), Told(Claim(withoutProvision, tooEarly)));
    }

    [Fact]
    public void A_consent_that_permits_and_leaves_no_item_came_further_than_any_that_failed()
    {
        var withoutItems = Ledger.Given() with { Items = [] };
        var withoutProvision = Later(Ledger.Given(1, "TY-2")) with { Provide = false };

        Assert.Equal((ReasonCode.ItemsEmpty, "TY-1"), Told(Claim(withoutItems, withoutProvision)));
    }

    [Theory]
    [InlineData("purpose")]
    [InlineData("recipient")]
    [InlineData("action")]
    public void A_refusal_about_this_comes_before_one_about_something_else(string other)
    {
        var about = Ledger.Given(1, "TY-2");
        var elsewhere = Later(Ledger.Given()) with
        {
            Purposes = other == "purpose" ? ["ZX"] : about.Purposes,
            Recipients = other == "recipient" ? [Ledger.MedicalFoundation] : about.Recipients,
            Actions = other == "action" ? [ConsentAction.Offer] : about.Actions,
        };

        Assert.Equal(
            (ReasonCode.ConsentExpired, "TY-2"), Told(Claim(elsewhere, about, about.Then(ConsentEventType.Expired, 2))));
    }

    [Fact]
    public void A_guardians_withdrawal_is_named_only_where_it_is_what_stops()
    {
        var mother = By(Mother, "TY-1");
        var father = By(Father, "TY-2");
        var withdrawn = father.Then(ConsentEventType.Withdrawn, 2);

        Assert.Equal((ReasonCode.ConsentWithdrawn, "TY-2"), Told(OfChild(mother, father, withdrawn)));
        Assert.Equal((ReasonCode.ConsentProvide, "TY-1"), Told(OfChild(mother with { Provide = false }, father, withdrawn)));
    }

    [Fact]
    public void A_guardians_withdrawal_is_taken_back_by_a_later_word_only()
    {
        var father = By(Father, "TY-2");
        var withdrawn = father.Then(ConsentEventType.Withdrawn, 2);
        var atOnce = By(Father, "TY-3") with { EffectiveAt = withdrawn.EffectiveAt, Provide = false };

        Assert.Equal((ReasonCode.ConsentWithdrawn, "TY-2"), Told(OfChild(By(Mother, "TY-1"), father, withdrawn, atOnce)));
        Assert.True(OfChild(By(Mother, "TY-1"), father, withdrawn, Later(atOnce)).Permitted);
    }

    [Fact]
    public void A_guardian_appointed_again_in_the_instant_of_the_end_may_agree_again_in_the_same_consent()
    {
        var father = By(Father, "TY-2");
        var lapsed = father.Then(ConsentEventType.GuardianLapsed, 2);

        Assert.True(OfChild(
            father, lapsed, father with { Sequence = 3, EvidenceHash = "new", EffectiveAt = lapsed.EffectiveAt }).Permitted);
    }

    [Fact]
    public void A_need_that_may_not_be_referred_stops_a_permit_and_no_reason_of_consent_is_hidden_by_it()
    {
        var request = Requests.Claim() with { NeedObjection = "need.double" };

        var refused = DisclosureRules.Decide(request);

        Assert.Equal((false, "need.double", null), (refused.Permitted, refused.Reason, refused.ConsentId));
        Assert.Empty(refused.Effective);
        Assert.Equal(ReasonCode.ConsentNone, DisclosureRules.Decide(request with { Consents = [] }).Reason);
    }

    [Fact]
    public void A_refusal_without_a_consent_says_under_which_policy() =>
        Assert.Equal(
            (Requests.Policy.Version, "none"),
            (Claim().PolicyVersion, DisclosureRules.Decide(Requests.Claim() with { Policy = null }).PolicyVersion));

    [Fact]
    public void The_rules_come_first_then_the_person_then_the_recipient()
    {
        var nothing = Requests.Claim() with { Policy = null, Subject = null, Recipient = null };

        Assert.Equal(ReasonCode.PolicyMissing, DisclosureRules.Decide(nothing).Reason);
        nothing = nothing with { Policy = Requests.Policy };
        Assert.Equal(ReasonCode.IdentityUnknown, DisclosureRules.Decide(nothing).Reason);
        nothing = nothing with { Subject = Requests.Adult };
        Assert.Equal(ReasonCode.RecipientUnknown, DisclosureRules.Decide(nothing).Reason);
    }

    [Fact]
    public void A_permit_turned_into_a_refusal_lets_nothing_out_and_keeps_its_ground()
    {
        var refused = Claim(Ledger.Given()).Refuse(ReasonCode.ItemsEmpty);

        Assert.Equal((false, ReasonCode.ItemsEmpty, 0), (refused.Permitted, refused.Reason, refused.Others));
        Assert.Empty(refused.Effective);
        Assert.Equal("TY-1", refused.ConsentId);
    }

    [Fact]
    public void A_policy_holds_through_its_last_day()
    {
        var day = new DateOnly(2026, 3, 2);

        Assert.All(
            new (DateOnly From, DateOnly? To, bool Holds)[]
            {
                (day, null, true), (day, day, true), (day.AddDays(-9), day, true),
                (day.AddDays(1), null, false), (day.AddDays(-9), day.AddDays(-1), false),
            },
            one => Assert.Equal(one.Holds, DisclosureRules.Decide(Requests.Claim().Under(policy => policy with
            {
                EffectiveFrom = one.From,
                EffectiveTo = one.To,
            })).Permitted));
    }

    private static (string, string?) Told(DisclosureDecision decision) => (decision.Reason, decision.ConsentId);

    private static ConsentEvent Later(ConsentEvent told) => told with { EffectiveAt = told.EffectiveAt.AddDays(2) };

    private static ConsentEvent By(Guid guardian, string id) =>
        Ledger.Given(1, id) with { Capacity = ConsentCapacity.Guardian, GivenBy = guardian };

    private static DisclosureDecision Claim(params ConsentEvent[] events) =>
        DisclosureRules.Decide(Requests.Claim() with { Consents = events });

    private static DisclosureDecision OfChild(params ConsentEvent[] events) =>
        DisclosureRules.Decide(Requests.Claim().BornOn(new DateOnly(2016, 1, 1)) with { Consents = events });
}
