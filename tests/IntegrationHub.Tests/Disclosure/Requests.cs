using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>Requests that are permitted unless a test takes something away.</summary>
internal static class Requests
{
    public static readonly Guid Person = new("00000000-0000-0000-0000-000000000001");

    public static readonly PolicyPack Policy = new()
    {
        Version = "2026-01",
        EffectiveFrom = new DateOnly(2026, 1, 1),
        NeedKinds =
        [
            new NeedKind("ZY", "助医", ["name", "id_no", "phone", "diagnosis", "cost", "need_detail"]) { Eligible = Predicate.Always },
            new NeedKind("ZX", "助学", ["name", "phone", "school", "birth", "household", "need_detail"]) { Eligible = Predicate.Always },
        ],
        Items = [.. Ledger.AllItems.Select(item => new ItemRule(
            item, item, "CIVIL_AFFAIRS", true, item is "diagnosis" or "disability" or "bank"))],
        Offer = new OfferRules(5),
        ShrinkGuard = new ShrinkGuard(0.1m, 50),
        MissingSnapshotsBeforeEnd = 2,
        UrgentHardships = ["HD1", "HD2", "HD3"],
        AmountBands = [1000, 5000, 10000, 50000],
        Identity = new IdentityRules("2026-11", 16, 3, 0.015, 40),
    };

    public static readonly SubjectFacts Adult = new(Person, "OK", new DateOnly(1976, 5, 12));

    public static Organisation CountyCharity { get; } = new()
    {
        Uscc = Ledger.CountyCharity,
        Name = "示例三县慈善会",
        OrgType = "SOCIAL_GROUP",
        IsCharity = true,
        Status = "NORMAL",
        Level = "COUNTY",
        Scopes = ["ZJ", "ZX", "ZY", "ZN"],
        Areas = ["410423"],
        AgreementId = "AGR-2026-06",
        AgreementFrom = new DateOnly(2026, 1, 1),
        AgreementTo = new DateOnly(2026, 12, 31),
        AgreementItems = Ledger.AllItems,
    };

    public static DisclosureRequest Claim() => new()
    {
        Step = DisclosureStep.Claim,
        Subject = Adult,
        Recipient = CountyCharity,
        Consents = [Ledger.Given()],
        Purpose = "ZY",
        Division = "410423101",
        Items = ["name", "phone", "diagnosis"],
        Policy = Policy,
        At = Ledger.Noon,
    };

    public static DisclosureRequest Offer() => Claim() with
    {
        Step = DisclosureStep.Offer,
        Consents = [Ledger.GivenToClass()],
        Items = [],
    };

    /// <summary>The same request with each of its consents changed.</summary>
    public static DisclosureRequest Agreed(this DisclosureRequest request, Func<ConsentEvent, ConsentEvent> change) =>
        request with { Consents = [.. request.Consents.Select(change)] };

    public static DisclosureRequest To(this DisclosureRequest request, Func<Organisation, Organisation> change) =>
        request with { Recipient = change(request.Recipient!) }; // every request here has a recipient

    public static DisclosureRequest Under(this DisclosureRequest request, Func<PolicyPack, PolicyPack> change) =>
        request with { Policy = change(Policy) };

    public static DisclosureRequest BornOn(this DisclosureRequest request, DateOnly day) =>
        request with { Subject = Adult with { BornOn = day } };
}
