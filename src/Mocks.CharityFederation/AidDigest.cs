using System.Text.Json.Serialization;

namespace Mocks.CharityFederation;

/// <summary>A page of field hashes, with the count and the sum of the whole book.</summary>
internal sealed record AidDigest(
    int Count,
    [property: JsonConverter(typeof(MoneyConverter))] decimal? Sum,
    IReadOnlyList<AidDigest.Item> Items,
    string? Next)
{
    internal sealed record Item(string AidId, string Hash);
}
