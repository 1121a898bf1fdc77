using IntegrationHub.Aid;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Policy;

namespace IntegrationHub.Tests.Aid;

/// <summary>Lines of the two books, and a judgement of them under the pack of the software.</summary>
internal static class Aids
{
    public const string One = "51410499501000017E";
    public const string Other = "51410499501000068N";

    public static readonly Guid Zhang = new("11111111-0000-0000-0000-000000000001");
    public static readonly Guid Li = new("11111111-0000-0000-0000-000000000002");
    public static readonly DateOnly Day = new(2026, 3, 2);

    public static PolicyPack Pack => Packs.Pack;

    public static AidEntry Gov(string id, decimal amount, DateOnly? day = null, string status = "PAID", string? reference = null, Guid? person = null) => new()
    {
        Side = AidSide.Government,
        Id = id,
        Version = 1,
        Person = person ?? Zhang,
        Household = "H1",
        Kinds = ["JN", "ZY"],
        Form = "CASH",
        Funding = AidFunding.GovBudget,
        Amount = amount,
        When = AidDays.On(day ?? Day),
        Status = status,
        PaymentRef = reference,
        Category = "LI5",
    };

    public static AidEntry Charity(
        string id, decimal? amount, DateOnly? day = null, string kind = "ZY", string funding = "CHARITY_GENERAL", string? reference = null,
        Guid? person = null, string uscc = One, Guid? referral = null) => new()
    {
        Side = AidSide.Charity,
        Id = $"{uscc}-{id}",
        Version = 1,
        Person = person ?? Zhang,
        Household = "H1",
        Kinds = [kind],
        Form = amount is null ? "CARE" : "CASH",
        Funding = funding,
        Amount = amount,
        When = AidDays.On(day ?? Day),
        Status = "PAID",
        PaymentRef = reference,
        Uscc = uscc,
        ReferralId = referral,
        County = "410423",
    };

    public static AidEntry Reversal(AidEntry of, decimal? amount = null) => of with
    {
        Id = $"{of.Id}-R",
        Amount = -(amount ?? of.Amount),
        ReversesId = of.Id,
        Status = "REVERSED",
    };

    public static NeedCost Need(decimal? cost, string kind = "ZY", DateOnly? since = null) =>
        new(new Guid("22222222-0000-0000-0000-000000000001"), Zhang, kind, cost, since ?? Day.AddDays(-30));

    public static AidFindings Judge(params AidEntry[] entries) => AidReviewRules.Judge(new AidCase { Entries = entries }, Pack);

    public static IReadOnlyList<PaymentPair> Match(params AidEntry[] entries) =>
        SamePayment.Match(AidLedger.Fold(entries).Positions, Pack.DuplicateTolerance, Pack.Aid.Payers, []);

    public static AidSums Sums(params AidEntry[] entries) => AidSums.Of(AidLedger.Fold(entries), Match(entries));

    public static IEnumerable<string> Codes(this AidFindings findings) => findings.Alerts.Select(alert => alert.Code);
}
