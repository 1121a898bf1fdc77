using System.Globalization;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;
using IntegrationHub.Protection;

namespace IntegrationHub.Adapters.Charity;

/// <summary>From the federation's JSON to canonical records. Throws <see cref="FormatException"/> on what its contract rules out.</summary>
internal static class CharityTranslator
{
    public static OrganisationRecord Organisation(JsonElement item, Keyring keyring, long version) => new()
    {
        SourceKey = keyring.Index("organisation", Text(item, "uscc")),
        Version = version,
        ContentHash = keyring.Index("organisation-content", item.GetRawText()),
        Organisation = new Organisation
        {
            Uscc = Uscc.TryParse(Text(item, "uscc"), out var code) ? code.Value : throw new FormatException("uscc"),
            Name = Text(item, "name"),
            OrgType = Text(item, "orgType"),
            IsCharity = item.GetProperty("isCharity").GetBoolean(),
            Status = Text(item, "status"),
            Level = Text(item, "level"),
            Scopes = List(item.GetProperty("scopes")),
            Areas = List(item.GetProperty("areas")),
            AgreementId = Text(item.GetProperty("agreement"), "id"),
            AgreementFrom = Day(item.GetProperty("agreement"), "from"),
            AgreementTo = Day(item.GetProperty("agreement"), "to"),
            AgreementItems = List(item.GetProperty("agreement").GetProperty("items")),
            Capacity = item.TryGetProperty("capacity", out var capacity) && capacity.ValueKind == JsonValueKind.Number ? capacity.GetInt32() : null,
        },
    };

    public static CharityAidRecord Aid(JsonElement item, Keyring keyring) => CharityAidRecords.Of(keyring, new CharityAid
    {
        AidId = Text(item, "aidId"),
        Version = item.GetProperty("version").GetInt32(),
        Uscc = Text(item, "uscc"),
        ReferralId = Optional(item, "referralId") is { } referral ? Guid.Parse(referral) : null,
        Kind = Text(item, "kind"),
        Form = Text(item, "form"),
        Amount = Optional(item, "amount") is { } amount ? decimal.Parse(amount, CultureInfo.InvariantCulture) : null,
        Quantity = item.TryGetProperty("quantity", out var quantity) && quantity.ValueKind == JsonValueKind.Number ? quantity.GetDecimal() : null,
        Unit = Optional(item, "unit"),
        Date = Day(item, "date"),
        Funding = Text(item, "funding"),
        FundId = Optional(item, "fundId"),
        Project = Optional(item, "project"),
        PaymentRef = Optional(item, "paymentRef"),
        Status = Text(item, "status"),
        ReversesId = Optional(item, "reversesId"),
        IsComplement = item.TryGetProperty("complement", out var complement) && complement.ValueKind == JsonValueKind.True,
        Campaign = Optional(item, "campaignCode"),
    });

    private static string Text(JsonElement item, string name) => Optional(item, name) ?? throw new FormatException(name);

    private static string? Optional(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateOnly Day(JsonElement item, string name) =>
        DateOnly.ParseExact(Text(item, name), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string[] List(JsonElement items) => [.. items.EnumerateArray().Select(item => item.GetString() ?? "")];
}
