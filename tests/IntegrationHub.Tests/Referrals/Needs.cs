using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Tests.Consent;
using IntegrationHub.Tests.Disclosure;

namespace IntegrationHub.Tests.Referrals;

/// <summary>A need in the third county, and the organisations around it.</summary>
internal static class Needs
{
    public static readonly Organisation County = Requests.CountyCharity;

    public static readonly Organisation City = County with
    {
        Uscc = Ledger.MedicalFoundation,
        Name = "示例助医基金会",
        Level = "CITY",
        Areas = ["4104"],
    };

    public static readonly Organisation OtherCity = City with { Uscc = "51410499501000017E", Name = "示例市慈善总会" };

    public static readonly Organisation Province = City with
    {
        Uscc = "53410499501000033X",
        Name = "示例省基金会",
        Level = "PROVINCE",
        Areas = ["41"],
    };

    public static readonly WorkingDays Calendar =
        WorkingDays.Load(Path.Combine(AppContext.BaseDirectory, "contracts"));

    public static readonly OfferTerms Terms = new(PolicyBook.Of(Requests.Policy), Calendar, new Keyring(new byte[32]));

    public static KnownNeed Open { get; } = new()
    {
        NeedId = DerivedId.Of(Guid.Empty, "need"),
        SourceKey = Guid.Empty,
        NeedRef = "XQ-1",
        PersonKey = Requests.Person,
        Kind = "ZY",
        Hardship = "HD1",
        Amount = 6000,
        Ground = "STILL_IN_HARDSHIP",
        GovAidStatus = "RECEIVING",
        Division = "410423101",
        VerificationRef = "HD-1",
        ExpiresOn = new DateOnly(2026, 12, 31),
        Status = "OPEN",
        Priority = "NORMAL",
    };

    public static Referral Referral(string state, string? uscc = null, int attempt = 1) => new()
    {
        ReferralId = Open.ReferralId,
        NeedId = Open.NeedId,
        State = state,
        Version = 3,
        Attempt = attempt,
        Uscc = uscc,
    };
}
