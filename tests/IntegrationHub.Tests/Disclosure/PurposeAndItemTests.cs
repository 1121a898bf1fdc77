using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Architecture;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>The tree of purposes and whose the items are: both are data of the policy.</summary>
public sealed class PurposeAndItemTests
{
    private static readonly PolicyPack Policy = Requests.Policy with
    {
        Purposes =
        [
            new("ZN", "助业", null), new("PX", "技能培训", "ZN"), new("PA", "电工培训", "PX"), new("ZY", "助医", null),
            new("LA", "circle", "LB"), new("LB", "circle", "LA"), new("NO", "nameless parent", ""),
        ],
        NeedKinds =
        [
            new NeedKind("ZN", "助业", ["name"]), new NeedKind("PX", "技能培训", ["name"]),
            new NeedKind("ZY", "助医", ["name", "diagnosis", "bank"]),
        ],
    };

    [Theory]
    [InlineData("ZN", "ZN", true)]
    [InlineData("ZN", "PX", true)]
    [InlineData("ZN", "PA", true)]
    [InlineData("PX", "PA", true)]
    [InlineData("PX", "ZN", false)] // a narrower one covers no wider one
    [InlineData("PA", "PX", false)]
    [InlineData("ZY", "PX", false)]
    [InlineData("*", "PX", false)]
    [InlineData("", "PX", false)]
    [InlineData("", "ZN", false)]
    [InlineData("", "NO", false)]
    [InlineData("", "", false)]
    [InlineData("QQ", "QQ", true)] // what the tree does not know covers itself
    [InlineData("QQ", "ZN", false)]
    [InlineData("LA", "LB", true)]
    [InlineData("ZN", "LA", false)] // parents in a circle end
    public void P02_a_consent_covers_its_purpose_and_narrower_ones(string agreed, string asked, bool covers) =>
        Assert.Equal(covers, Policy.Covers(agreed, asked));

    [Fact]
    public void P02_a_decision_goes_by_the_tree()
    {
        var training = (Requests.Claim() with { Purpose = "PX", Policy = Policy })
            .To(one => one with { Scopes = ["PX", "ZN"] });

        Assert.True(DisclosureRules.Decide(training.Agreed(consent => consent with { Purposes = ["ZN"] })).Permitted);
        Assert.True(DisclosureRules.Decide(training.Agreed(consent => consent with { Purposes = ["ZY", "PX"] })).Permitted);
        Assert.Equal(
            ReasonCode.ConsentPurpose,
            DisclosureRules.Decide(training.Agreed(consent => consent with { Purposes = ["PA"] })).Reason);
        Assert.Equal(
            ReasonCode.ConsentPurpose,
            DisclosureRules.Decide((training with { Purpose = "ZN" })
                .Agreed(consent => consent with { Purposes = ["PX"] })).Reason);
    }

    [Fact]
    public void P06_an_item_its_department_did_not_let_go_on_is_never_released()
    {
        var held = Requests.Claim().Under(policy => policy with
        {
            Items = [new("name", "姓名", "CIVIL_AFFAIRS", true, false), new("phone", "电话", "OTHER", false, false)],
        });

        Assert.Equal(["name"], DisclosureRules.Decide(held).Effective);
    }

    [Fact]
    public void P06_without_the_list_of_items_nothing_is_released() =>
        Assert.Equal(
            ReasonCode.ItemsEmpty,
            DisclosureRules.Decide(Requests.Claim().Under(policy => policy with { Items = [] })).Reason);

    [Fact]
    public void P03_what_policy_calls_sensitive_needs_the_separate_consent_and_what_law_does_needs_it_always()
    {
        var plain = Requests.Claim().Agreed(consent => consent with { Sensitive = false });
        var strict = plain.Under(policy => policy with { Items = [new("name", "姓名", "CIVIL_AFFAIRS", true, true)] });
        var careless = (plain with { Items = ["diagnosis"] }).Under(policy => policy with
        {
            Items = [new("diagnosis", "诊断", "PERSON", true, false)],
        });

        Assert.Equal(ReasonCode.ItemsEmpty, DisclosureRules.Decide(strict).Reason);
        Assert.True(DisclosureRules.Decide(strict.Agreed(consent => consent with { Sensitive = true })).Permitted);
        Assert.Equal(ReasonCode.ItemsEmpty, DisclosureRules.Decide(careless).Reason);
    }

    [Fact]
    public void P06_the_policy_in_force_knows_every_item_and_holds_back_what_is_another_departments()
    {
        var policy = PolicyFile.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "contracts", "policy", "policy-v1.json")));

        Assert.Equal(DataItems.All, policy.Items.Select(item => item.Code));
        Assert.Equal(DataItems.Sensitive.Order(), policy.Items.Where(item => item.Sensitive).Select(item => item.Code).Order());
        Assert.False(policy.MayPassOn("disability"));
        Assert.False(policy.MayPassOn("bank"));
        Assert.False(policy.MayPassOn("shoe_size"));
        Assert.True(policy.MayPassOn("name"));
        Assert.True(policy.IsSensitive("shoe_size"));
        Assert.All(policy.NeedKinds, kind => Assert.Contains(policy.Purposes, purpose => purpose.Code == kind.Code));
        Assert.All(policy.Purposes, purpose => Assert.True(
            purpose.Parent is null || policy.Purposes.Any(other => other.Code == purpose.Parent)));
    }

    [Fact]
    public void A_basis_that_is_not_consent_lets_nothing_out()
    {
        Assert.Equal(
            ReasonCode.ConsentNone,
            DisclosureRules.Decide(Requests.Claim().Agreed(consent => consent with { LawfulBasis = "STATUTORY" })).Reason);
        Assert.Equal(
            ReasonCode.ConsentNone,
            DisclosureRules.Decide(Requests.Offer().Agreed(consent => consent with { LawfulBasis = "VITAL" })).Reason);
    }

    [Fact]
    public void P18_who_objected_to_being_matched_is_offered_by_no_machine()
    {
        var objecting = Requests.Offer() with { ObjectsToMatching = true };

        Assert.Equal(ReasonCode.MatchingObjected, DisclosureRules.Decide(objecting).Reason);
        Assert.False(DisclosureRules.Decide(objecting).Permitted);
        Assert.False(ReasonCode.IsAboutConsent(ReasonCode.MatchingObjected)); // it ends no referral
        Assert.True(DisclosureRules.Decide(Requests.Claim() with { ObjectsToMatching = true }).Permitted);
        Assert.Equal(
            ReasonCode.RecipientStatus, DisclosureRules.Decide(objecting.To(one => one with { Status = "REVOKED" })).Reason);
    }
}
