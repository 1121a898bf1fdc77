using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Web;

/// <summary>
/// An aid record as it stands on the wire (<c>contracts/canonical/charity-aid-record.schema.json</c>).
/// </summary>
internal sealed partial record AidRecordDocument
{
    public required string AidId { get; init; }
    public required int Version { get; init; }
    public required string Uscc { get; init; }
    public Guid? ReferralId { get; init; }
    public required string Kind { get; init; }
    public required string Form { get; init; }
    public string? Amount { get; init; }
    public decimal? Quantity { get; init; }
    public string? Unit { get; init; }
    public required DateOnly Date { get; init; }
    public required string Funding { get; init; }
    public string? FundId { get; init; }
    public string? Project { get; init; }
    public string? PaymentRef { get; init; }
    public required string Status { get; init; }
    public string? ReversesId { get; init; }

    /// <summary>True where the giver tops up other aid it knows of (R03).</summary>
    public bool? Complement { get; init; }

    /// <summary>A drive it belongs to (R34).</summary>
    public string? CampaignCode { get; init; }

    /// <summary>Allowed by the schema, and the hub writes its own.</summary>
    public JsonElement? Provenance { get; init; }

    /// <summary>The members that do not keep to the contract; never their values.</summary>
    public IEnumerable<string> Faults(CodeLists codes)
    {
        if (!AidIdForm().IsMatch(AidId) || !AidId.StartsWith($"{Uscc}-", StringComparison.Ordinal))
            yield return "aidId";
        if (Version < 1)
            yield return "version";
        if (!codes.IsNeedKind(Kind))
            yield return "kind";
        if (!codes.AidForms.Contains(Form))
            yield return "form";
        // Services count in hours or times and never in money sums (R33).
        var mayHaveAmount = Form is "CASH" or "GOODS";
        if (Amount is not null && !(mayHaveAmount && IsMoney(Amount, mayBeNegative: ReversesId is not null)))
            yield return "amount";
        if (Quantity < 0 || Quantity > 999_999_999_999m)
            yield return "quantity";
        if (!codes.Fundings.Contains(Funding))
            yield return "funding";
        if (Status is not ("PAID" or "REVERSED"))
            yield return "status";
        foreach (var (name, value, longest) in Texts())
            if (value?.Length > longest || value?.Any(char.IsControl) == true)
                yield return name;
    }

    /// <summary>The aid it states. Only what has no <see cref="Faults"/> may be read.</summary>
    public CharityAid ToAid() => new()
    {
        AidId = AidId,
        Version = Version,
        Uscc = Uscc,
        ReferralId = ReferralId,
        Kind = Kind,
        Form = Form,
        Amount = Amount is null ? null : decimal.Parse(Amount, CultureInfo.InvariantCulture),
        Quantity = Quantity,
        Unit = Unit,
        Date = Date,
        Funding = Funding,
        FundId = FundId,
        Project = Project,
        PaymentRef = PaymentRef,
        Status = Status,
        ReversesId = ReversesId,
        IsComplement = Complement == true,
        Campaign = CampaignCode,
    };

    private IEnumerable<(string Name, string? Value, int Longest)> Texts() =>
    [
        ("unit", Unit, 20), ("fundId", FundId, 60), ("project", Project, 100), ("paymentRef", PaymentRef, 60),
        ("reversesId", ReversesId, 80), ("campaignCode", CampaignCode, 30),
    ];

    private static bool IsMoney(string amount, bool mayBeNegative) =>
        Money().IsMatch(amount) && (mayBeNegative || amount[0] != '-');

    [GeneratedRegex(@"^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}-[A-Za-z0-9._-]{1,60}\z")]
    private static partial Regex AidIdForm();

    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,11})\.[0-9]{2}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Money();
}
