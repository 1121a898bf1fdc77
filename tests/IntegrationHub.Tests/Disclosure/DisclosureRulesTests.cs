using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>One test per step of the decision and per reason, each beside the twin that is permitted.</summary>
public sealed class DisclosureRulesTests
{
    private static readonly DateOnly Day = HubCalendar.DayOf(Ledger.Noon);

    [Fact]
    public void A_claim_with_everything_in_order_releases_what_was_asked_for_and_names_its_ground()
    {
        var decision = DisclosureRules.Decide(Requests.Claim());

        Assert.True(decision.Permitted);
        Assert.Equal(ReasonCode.Permit, decision.Reason);
        Assert.Equal(["name", "phone", "diagnosis"], decision.Effective);
        Assert.Equal(("TY-1", 1), (decision.ConsentId, decision.ConsentSequence));
        Assert.Equal("2026-01", decision.PolicyVersion);
    }

    [Fact]
    public void An_offer_under_a_class_consent_is_permitted_and_releases_nothing()
    {
        var decision = DisclosureRules.Decide(Requests.Offer() with { Items = ["name"] });

        Assert.True(decision.Permitted);
        Assert.Empty(decision.Effective);
    }

    [Fact]
    public void Without_a_policy_for_the_kind_and_the_day_nothing_is_permitted()
    {
        Refused(ReasonCode.PolicyMissing, Requests.Claim() with { Policy = null });
        Refused(ReasonCode.PolicyMissing, Requests.Claim().Under(policy => policy with { NeedKinds = [] }));
        var (before, after) = (Day.AddDays(-1), Day.AddDays(1));
        Refused(ReasonCode.PolicyMissing, Requests.Claim().Under(policy => policy with { EffectiveFrom = after }));
        Refused(ReasonCode.PolicyMissing, Requests.Claim().Under(policy => policy with { EffectiveTo = before }));

        Permitted(Requests.Claim().Under(policy => policy with { EffectiveFrom = Day, EffectiveTo = Day }));
    }

    [Theory]
    [InlineData("CONFLICT", ReasonCode.IdentityConflict)]
    [InlineData("QUARANTINED", ReasonCode.IdentityConflict)]
    [InlineData("", ReasonCode.IdentityConflict)]
    [InlineData("DEATH_SUSPECTED", ReasonCode.DeathSuspected)]
    [InlineData("DECEASED", ReasonCode.Deceased)]
    public void P15_Scenario_12_a_person_in_doubt_is_not_passed_on(string state, string reason) =>
        Refused(reason, Requests.Claim() with { Subject = Requests.Adult with { State = state } });

    [Fact]
    public void An_unknown_person_is_not_passed_on() =>
        Refused(ReasonCode.IdentityUnknown, Requests.Claim() with { Subject = null });

    [Fact]
    public void R22_R45_the_recipient_must_be_a_charity_in_good_standing_whose_scope_area_and_agreement_fit()
    {
        Refused(ReasonCode.RecipientUnknown, Requests.Claim() with { Recipient = null });
        Refused(ReasonCode.RecipientNotCharity, Requests.Claim().To(one => one with { IsCharity = false }));
        Refused(ReasonCode.RecipientStatus, Requests.Claim().To(one => one with { Status = "ABNORMAL" }));
        Refused(ReasonCode.RecipientScope, Requests.Claim().To(one => one with { Scopes = ["ZX"] }));
        Refused(ReasonCode.RecipientArea, Requests.Claim().To(one => one with { Areas = ["410421"] }));
        Refused(ReasonCode.RecipientAgreement, Requests.Claim().To(one => one with { AgreementTo = Day.AddDays(-1) }));
        Refused(ReasonCode.RecipientAgreement, Requests.Claim().To(one => one with { AgreementFrom = Day.AddDays(1) }));

        Permitted(Requests.Claim().To(
            one => one with { Scopes = ["ZY"], Areas = ["4104"], AgreementFrom = Day, AgreementTo = Day }));
    }

    [Fact]
    public void R15_without_a_consent_nothing_is_told()
    {
        Refused(ReasonCode.ConsentNone, Requests.Claim() with { Consents = [] });
        Refused(ReasonCode.ConsentNone, Requests.Offer() with { Consents = [] });
        var renewed = Ledger.Given().Then(ConsentEventType.Renewed, 2);
        Refused(ReasonCode.ConsentNone, Requests.Claim() with { Consents = [renewed] });
    }

    [Theory]
    [InlineData(ConsentEventType.Withdrawn, ReasonCode.ConsentWithdrawn)]
    [InlineData(ConsentEventType.Invalidated, ReasonCode.ConsentInvalidated)]
    [InlineData(ConsentEventType.Expired, ReasonCode.ConsentExpired)]
    [InlineData(ConsentEventType.GuardianLapsed, ReasonCode.ConsentGuardian)]
    public void Scenario_01_a_consent_that_ended_permits_no_more_and_the_refusal_names_the_event(
        ConsentEventType end, string reason)
    {
        var ended = Requests.Claim() with { Consents = [Ledger.Given(), Ledger.Given().Then(end, 2)] };

        var decision = DisclosureRules.Decide(ended);

        Assert.Equal(reason, decision.Reason);
        Assert.Equal(("TY-1", 2), (decision.ConsentId, decision.ConsentSequence));
        Permitted(ended with { At = Ledger.Given().EffectiveAt.AddHours(1) });
    }

    [Fact]
    public void A_consent_is_valid_on_its_first_and_on_its_last_day_in_china()
    {
        var oneDay = Requests.Claim().Agreed(consent => consent with { ValidFrom = Day, ValidTo = Day });
        var midnight = HubCalendar.InstantOf(Day.ToDateTime(TimeOnly.MinValue));

        Refused(ReasonCode.ConsentNotYetValid, oneDay with { At = midnight.AddTicks(-1) });
        Permitted(oneDay with { At = midnight });
        Permitted(oneDay with { At = midnight.AddDays(1).AddTicks(-1) });
        Refused(ReasonCode.ConsentExpired, oneDay with { At = midnight.AddDays(1) });
    }

    [Fact]
    public void P02_another_purpose_needs_another_consent()
    {
        Refused(ReasonCode.ConsentPurpose, Requests.Claim() with { Purpose = "ZX" });
        Refused(ReasonCode.ConsentPurpose, Requests.Claim().Agreed(consent => consent with { Purposes = [] }));
        Refused(ReasonCode.ConsentPurpose, Requests.Claim().Agreed(consent => consent with { Purposes = ["*"] }));

        Permitted(
            (Requests.Claim() with { Purpose = "ZX" }).Agreed(consent => consent with { Purposes = ["ZX", "ZY"] }));
    }

    [Fact]
    public void P01_Scenario_07_a_class_consent_covers_the_offer_and_never_the_identity()
    {
        var classConsent = Ledger.GivenToClass() with
        {
            Actions = [ConsentAction.Offer, ConsentAction.Detail],
            Sensitive = true,
            Provide = true,
        };

        Refused(ReasonCode.ConsentNeedNamed, Requests.Claim() with { Consents = [classConsent] });
        Permitted(Requests.Offer() with { Consents = [classConsent] });
    }

    [Fact]
    public void Scenario_06_a_consent_names_one_organisation_and_no_successor_of_it()
    {
        Refused(ReasonCode.ConsentNeedNamed, Requests.Claim().To(one => one with { Uscc = Ledger.MedicalFoundation }));
        Refused(
            ReasonCode.ConsentNeedNamed, Requests.Offer().To(one => one with { Uscc = Ledger.MedicalFoundation }) with
            {
                Consents = [Ledger.Given()],
            });

        Permitted(Requests.Offer() with { Consents = [Ledger.Given()] });
    }

    [Fact]
    public void A_class_that_is_not_charities_reaches_nobody() =>
        Refused(ReasonCode.ConsentNeedNamed, Requests.Offer().Agreed(
            consent => consent with { RecipientClass = "ANYONE" }));

    [Fact]
    public void Each_step_needs_its_own_action()
    {
        Refused(ReasonCode.ConsentAction, Requests.Claim().Agreed(
            consent => consent with { Actions = [ConsentAction.Offer] }));
        Refused(ReasonCode.ConsentAction, Requests.Offer().Agreed(
            consent => consent with { Actions = [ConsentAction.Detail] }));

        Permitted(Requests.Claim().Agreed(consent => consent with { Actions = [ConsentAction.Detail] }));
        Permitted(Requests.Offer().Agreed(consent => consent with { Actions = [ConsentAction.Offer] }));
    }

    [Fact]
    public void P01_identity_needs_the_separate_consent_to_provision()
    {
        Refused(ReasonCode.ConsentProvide, Requests.Claim().Agreed(consent => consent with { Provide = false }));

        Permitted(Requests.Offer().Agreed(consent => consent with { Provide = false }));
    }

    [Fact]
    public void P04_under_14_a_guardian_consents_and_nobody_else()
    {
        var child = Requests.Claim().BornOn(Day.AddYears(-13));

        Refused(ReasonCode.ConsentGuardian, child);
        Refused(ReasonCode.ConsentGuardian, child.Agreed(consent => consent with { Capacity = ConsentCapacity.Agent }));
        Permitted(child.Agreed(consent => consent with { Capacity = ConsentCapacity.Guardian }));
    }

    [Fact]
    public void P04_Scenario_08_a_guardians_consent_ends_with_the_day_before_the_birthday_whenever_the_job_began()
    {
        var birthday = new DateOnly(2026, 3, 10);
        var midnight = HubCalendar.InstantOf(birthday.ToDateTime(TimeOnly.MinValue));
        var own = Requests.Claim().BornOn(birthday.AddYears(-14));
        var guarded = own.Agreed(consent => consent with { Capacity = ConsentCapacity.Guardian });

        Permitted(guarded with { At = midnight.AddTicks(-1) });
        Refused(ReasonCode.ConsentGuardian, guarded with { At = midnight });
        Refused(ReasonCode.ConsentGuardian, own with { At = midnight });
        Permitted(own with { At = midnight.AddDays(1) });
    }

    [Fact]
    public void P04_a_child_born_on_29_February_turns_14_between_28_February_and_1_March()
    {
        var own = Requests.Claim().BornOn(new DateOnly(2012, 2, 29));
        var guarded = own.Agreed(consent => consent with { Capacity = ConsentCapacity.Guardian });
        var february = new DateTimeOffset(2026, 2, 28, 12, 0, 0, TimeSpan.FromHours(8));

        Permitted(guarded with { At = february });
        Refused(ReasonCode.ConsentGuardian, own with { At = february });
        Refused(ReasonCode.ConsentGuardian, guarded with { At = february.AddDays(1) });
        Permitted(own with { At = february.AddDays(1) });
    }

    [Fact]
    public void Without_a_birth_date_nobody_knows_who_may_consent()
    {
        var unknown = Requests.Claim() with { Subject = Requests.Adult with { BornOn = null } };

        Refused(ReasonCode.ConsentGuardian, unknown);
        Refused(ReasonCode.ConsentGuardian, unknown.Agreed(
            consent => consent with { Capacity = ConsentCapacity.Guardian }));
    }

    [Fact]
    public void P03_without_the_separate_consent_sensitive_items_are_left_out_and_the_others_go()
    {
        var plain = Requests.Claim().Agreed(consent => consent with { Sensitive = false });

        Assert.Equal(["name", "phone"], DisclosureRules.Decide(plain).Effective);
        Refused(ReasonCode.ItemsEmpty, plain with { Items = ["diagnosis"] });
        Assert.Equal(["name", "phone", "diagnosis"], DisclosureRules.Decide(Requests.Claim()).Effective);
    }

    [Fact]
    public void P03_of_a_child_under_14_every_item_is_sensitive()
    {
        var child = Requests.Claim()
            .BornOn(Day.AddYears(-13))
            .Agreed(consent => consent with { Capacity = ConsentCapacity.Guardian });

        Refused(ReasonCode.ItemsEmpty, child.Agreed(consent => consent with { Sensitive = false }));
        Permitted(child);
    }

    [Fact]
    public void R16_P06_an_item_goes_only_if_it_is_asked_agreed_whitelisted_and_in_the_agreement()
    {
        var all = Requests.Claim() with { Items = Ledger.AllItems };

        Assert.Equal(
            ["name", "id_no", "phone", "need_detail", "cost", "diagnosis"], DisclosureRules.Decide(all).Effective);
        Assert.Equal(["name"], DisclosureRules.Decide(all with { Items = ["name"] }).Effective);
        Assert.Equal(["name"], DisclosureRules.Decide(
            all.Agreed(consent => consent with { Items = ["name", "bank"] })).Effective);
        Assert.Equal(
            ["name"], DisclosureRules.Decide(all.To(one => one with { AgreementItems = ["name", "bank"] })).Effective);
    }

    [Fact]
    public void R16_a_release_for_schooling_never_holds_a_diagnosis()
    {
        var schooling = (Requests.Claim() with { Purpose = "ZX", Items = Ledger.AllItems })
            .Agreed(consent => consent with { Purposes = ["ZX"] });

        Assert.Equal(
            ["name", "phone", "birth", "household", "need_detail", "school"],
            DisclosureRules.Decide(schooling).Effective);
    }

    [Fact]
    public void P06_an_item_nobody_knows_drops_out_even_if_everyone_lists_it()
    {
        var policy = Requests.Policy with { NeedKinds = [new NeedKind("ZY", "助医", ["name", "shoe_size"])] };
        var request = (Requests.Claim() with { Items = ["name", "shoe_size"], Policy = policy })
            .Agreed(consent => consent with { Items = ["name", "shoe_size"] })
            .To(one => one with { AgreementItems = ["name", "shoe_size"] });

        Assert.Equal(["name"], DisclosureRules.Decide(request).Effective);
    }

    [Fact]
    public void An_empty_list_anywhere_means_nothing_and_not_everything()
    {
        Refused(ReasonCode.ItemsEmpty, Requests.Claim() with { Items = [] });
        Refused(ReasonCode.ItemsEmpty, Requests.Claim().Agreed(consent => consent with { Items = [] }));
        Refused(ReasonCode.ItemsEmpty, Requests.Claim().To(one => one with { AgreementItems = [] }));
        NeedKind[] nothing = [new("ZY", "助医", [])];
        Refused(ReasonCode.ItemsEmpty, Requests.Claim().Under(policy => policy with { NeedKinds = nothing }));
        Refused(ReasonCode.RecipientScope, Requests.Claim().To(one => one with { Scopes = [] }));
        Refused(ReasonCode.RecipientArea, Requests.Claim().To(one => one with { Areas = [] }));
        Refused(ReasonCode.RecipientArea, Requests.Claim().To(one => one with { Areas = [""] }));
    }

    [Fact]
    public void The_items_of_two_consents_are_not_added_up()
    {
        var request = Requests.Claim() with
        {
            Consents =
            [
                Ledger.Given(1, "TY-1") with { Items = ["name"] },
                Ledger.Given(1, "TY-2") with { Items = ["phone", "diagnosis"] },
            ],
        };

        var decision = DisclosureRules.Decide(request);

        Assert.Equal(["phone", "diagnosis"], decision.Effective);
        Assert.Equal("TY-2", decision.ConsentId);
    }

    [Fact]
    public void A_refusal_tells_of_the_consent_that_was_about_this_and_not_of_another()
    {
        var request = Requests.Claim() with
        {
            Consents =
            [
                Ledger.GivenToClass(1, "TY-1"),
                Ledger.Given(1, "TY-2"),
                Ledger.Given(1, "TY-2").Then(ConsentEventType.Withdrawn, 2),
            ],
        };

        Refused(ReasonCode.ConsentWithdrawn, request);
    }

    [Fact]
    public void Of_several_that_ended_the_refusal_tells_of_the_last()
    {
        var old = Ledger.GivenToClass(1, "TY-1") with { EffectiveAt = Ledger.Noon.AddYears(-2) };
        var recent = Ledger.GivenToClass(1, "TY-2");
        var request = Requests.Offer() with
        {
            Consents = [old, old.Then(ConsentEventType.Expired, 2), recent, recent.Then(ConsentEventType.Withdrawn, 2)],
        };

        Refused(ReasonCode.ConsentWithdrawn, request);
    }

    private static void Refused(string reason, DisclosureRequest request)
    {
        var decision = DisclosureRules.Decide(request);

        Assert.Equal(reason, decision.Reason);
        Assert.False(decision.Permitted);
        Assert.Empty(decision.Effective);
    }

    private static void Permitted(DisclosureRequest request)
    {
        var decision = DisclosureRules.Decide(request);

        Assert.Equal(ReasonCode.Permit, decision.Reason);
        Assert.True(decision.Permitted);
    }
}
