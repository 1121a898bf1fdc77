using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Mocks.CharityFederation;

/// <summary>One piece of aid as the federation records and reports it; never an identity.</summary>
internal sealed record AidRecord
{
    public required string AidId { get; init; }

    public int Version { get; init; } = 1;

    public required string Uscc { get; init; }

    public required string ReferralId { get; init; }

    public required string Kind { get; init; }

    public required string Form { get; init; }

    /// <summary>Yuan; on the wire a string with two decimals.</summary>
    [JsonConverter(typeof(MoneyConverter))]
    public decimal? Amount { get; init; }

    public int? Quantity { get; init; }

    public string? Unit { get; init; }

    public required DateOnly Date { get; init; }

    public string Funding { get; init; } = "CHARITY_GENERAL";

    public string? FundId { get; init; }

    public string? Project { get; init; }

    public string? PaymentRef { get; init; }

    public string Status { get; init; } = "PAID";

    public string? ReversesId { get; init; }

    /// <summary>The digest's field hash: aidId|uscc|form|amount(0.00)|yyyy-MM-dd|status.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{AidId}|{Uscc}|{Form}|{Amount:0.00}|{Date:yyyy-MM-dd}|{Status}"))));

    /// <summary>Its place in the tree: SHA-256 of its id, in hex.</summary>
    [JsonIgnore]
    public string Place => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AidId)));

    /// <summary>The record of one instalment, made from the offer and the day alone.</summary>
    public static AidRecord For(Offer offer, int instalment, DateOnly date)
    {
        var local = Decisions.Local(offer.ReferralId, instalment);
        var gift = Decisions.Give(offer.ReferralId, instalment);
        return new AidRecord
        {
            AidId = $"{offer.Uscc}-{local}",
            Uscc = offer.Uscc,
            ReferralId = offer.ReferralId,
            Kind = offer.Kind,
            Form = gift.Form,
            Amount = gift.Amount,
            Quantity = gift.Quantity,
            Unit = gift.Unit,
            Date = date,
            Project = $"PRJ-{offer.Kind}",
            PaymentRef = gift.Form == "CASH" ? $"PAY-{local}" : null,
        };
    }
}
