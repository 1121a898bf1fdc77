using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Referrals;

namespace IntegrationHub.Benchmarks.Referrals;

/// <summary>Needs, people and organisations for the routing benchmarks: nobody's, in the unallocated county.</summary>
internal static class RoutingData
{
    public const int Organisations = 40;

    public static KnownNeed Need { get; } = new()
    {
        NeedId = Guid.Empty,
        SourceKey = new Guid(1, 0, 0, new byte[8]),
        NeedRef = "XQ-1",
        PersonKey = new Guid(2, 0, 0, new byte[8]),
        Kind = "ZY",
        Hardship = "HD1",
        Amount = 6000,
        Ground = "STILL_IN_HARDSHIP",
        GovAidStatus = "RECEIVING",
        Division = "410499101",
        Channel = "OFFLINE",
        Status = "OPEN",
        Priority = "NORMAL",
        Circumstances = new NeedCircumstances
        {
            SubjectStatus = "REGISTERED",
            HasReason = true,
            CostTotal = 30_000,
            BasicInsurance = 20_000,
            CriticalInsurance = 4_000,
            MedicalAssistance = 0,
        },
    };

    /// <summary>A third of them in the county, a third in the city, the rest elsewhere.</summary>
    public static Organisation OrganisationOf(int number) => new()
    {
        Uscc = $"514104995{number:00000000}X",
        Name = "示例组织",
        OrgType = "FOUNDATION",
        IsCharity = true,
        Status = "NORMAL",
        Level = number % 3 == 0 ? "COUNTY" : "CITY",
        Scopes = ["ZY", "ZX", "ZJ"],
        Areas = [(number % 3) switch { 0 => "410499", 1 => "4104", _ => "4105" }],
        AgreementId = "AGR-1",
        AgreementFrom = new DateOnly(2026, 1, 1),
        AgreementTo = new DateOnly(2026, 12, 31),
        AgreementItems = [.. DataItems.All],
    };

    public static ConsentEvent Consent(string id) => new()
    {
        ConsentId = id,
        Sequence = 1,
        Type = ConsentEventType.Given,
        Capacity = ConsentCapacity.Self,
        Purposes = ["ZY"],
        Items = [.. DataItems.All],
        RecipientClass = "CHARITY",
        Recipients = [],
        Actions = [ConsentAction.Offer, ConsentAction.Detail],
        Sensitive = true,
        Provide = true,
        EffectiveAt = new DateTimeOffset(2026, 2, 10, 0, 0, 0, TimeSpan.Zero),
        ValidFrom = new DateOnly(2026, 2, 10),
        ValidTo = new DateOnly(2027, 2, 9),
    };
}
