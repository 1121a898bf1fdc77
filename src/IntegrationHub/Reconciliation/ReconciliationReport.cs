using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntegrationHub.Reconciliation;

/// <summary>What a reconciliation found, as the doors show it. Its order is fixed, so that its digest is too.</summary>
public sealed record ReconciliationReport
{
    public required Guid ReconciliationId { get; init; }

    /// <summary>Counts are of what happened after this instant, up to <see cref="Until"/>.</summary>
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Until { get; init; }

    // Flattened below for the doors. Not required: the serializer refuses a required member it ignores.
    [JsonIgnore]
    public NightCounts Counts { get; init; } = NightCounts.None;
    public long Offers => Counts.Offers;
    public long Accepted => Counts.Accepted;
    public long Declined => Counts.Declined;
    public long Released => Counts.Released;
    public long Refused => Counts.Refused;
    public long AidRecords => Counts.AidRecords;

    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>Differences that have no reason.</summary>
    public int Unexplained => Differences.Count(one => one.Explained is null);

    /// <summary>SHA-256, in hex, of the report as JSON: stored beside it and in the audit log.</summary>
    public string Digest() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web)));

    /// <summary>One difference a name, those without a reason first, whatever the order they were found in.</summary>
    public static IReadOnlyList<Difference> InOrder(IEnumerable<Difference> differences) =>
    [
        .. differences
            .OrderBy(one => one.Explained is not null)
            .ThenBy(one => one.Level, StringComparer.Ordinal)
            .ThenBy(one => one.Class, StringComparer.Ordinal)
            .ThenBy(one => one.Source, StringComparer.Ordinal)
            .ThenBy(one => one.Key, StringComparer.Ordinal)
            .ThenBy(one => one.Explained, StringComparer.Ordinal)
            .DistinctBy(one => (one.Level, one.Class, one.Source, one.Key)),
    ];
}
