using System.Text.Json;
using System.Text.RegularExpressions;
using IntegrationHub.Contracts.Messages;

namespace IntegrationHub.Subscriptions;

/// <summary>What an offer says that a filter may ask for.</summary>
internal sealed record OfferFacts(string Kind, string Division, string Hardship, string Priority)
{
    public bool IsUrgent => Priority == "URGENT";

    /// <summary>Null for every event that is no offer.</summary>
    public static OfferFacts? Of(HubEvent happened)
    {
        if (happened.Type != SubscriberEvents.Offered)
            return null;
        using var data = JsonDocument.Parse(happened.Data);
        string Text(string member) =>
            data.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
        return new OfferFacts(Text("kind"), Text("division"), Text("hardship"), Text("priority"));
    }
}

/// <summary>
/// Which events a subscription wants; an empty list asks for nothing in particular. Kinds, divisions, hardship and
/// priority are asked of offers only: what comes after an offer does not repeat them, and a withdrawal too many does no
/// harm where one too few would.
/// </summary>
public sealed partial record SubscriptionFilter
{
    private const int Most = 50;

    public IReadOnlyList<string> Types { get; init; } = [];
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Beginnings of division codes: <c>4104</c> stands for the whole city.</summary>
    public IReadOnlyList<string> Divisions { get; init; } = [];
    public IReadOnlyList<string> Hardships { get; init; } = [];
    public IReadOnlyList<string> Priorities { get; init; } = [];

    public static SubscriptionFilter All { get; } = new();

    internal bool Takes(string type, OfferFacts? offer) =>
        Fits(Types, type)
        && (offer is null
            || (Fits(Kinds, offer.Kind) && Fits(Hardships, offer.Hardship) && Fits(Priorities, offer.Priority)
                && (Divisions.Count == 0
                    || Divisions.Any(begin => offer.Division.StartsWith(begin, StringComparison.Ordinal)))));

    /// <summary>The members that say something impossible.</summary>
    public IEnumerable<string> Faults()
    {
        if (Types.Count > Most || Types.Any(type => !SubscriberEvents.Types.Contains(type)))
            yield return "filter.types";
        if (Kinds.Count > Most || !Kinds.All(KindCode().IsMatch))
            yield return "filter.kinds";
        if (Divisions.Count > Most || !Divisions.All(DivisionPrefix().IsMatch))
            yield return "filter.divisions";
        if (Hardships.Count > Most || !Hardships.All(HardshipCode().IsMatch))
            yield return "filter.hardships";
        if (Priorities.Count > Most || Priorities.Any(priority => priority is not ("NORMAL" or "URGENT")))
            yield return "filter.priorities";
    }

    internal static SubscriptionFilter Read(string json) => json is "{}"
        ? All
        : JsonSerializer.Deserialize<SubscriptionFilter>(json, JsonSerializerOptions.Web)!; // never the word null: written by Write

    internal string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    private static bool Fits(IReadOnlyList<string> wanted, string value) => wanted.Count == 0 || wanted.Contains(value);

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex KindCode();

    [GeneratedRegex("^[0-9]{2,12}$")]
    private static partial Regex DivisionPrefix();

    [GeneratedRegex("^HD[0-9]$")]
    private static partial Regex HardshipCode();
}
