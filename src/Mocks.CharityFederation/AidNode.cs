using System.Globalization;
using System.Text.Json.Serialization;

namespace Mocks.CharityFederation;

/// <summary>One place of the tree over the book: how many records, their money, and the sum of their hashes modulo 2^128.</summary>
internal sealed record AidNode(
    string Prefix,
    long Count,
    [property: JsonConverter(typeof(MoneyConverter))] decimal? Sum,
    string Hash)
{
    public static AidNode Of(string prefix, IReadOnlyCollection<AidRecord> records)
    {
        var hash = UInt128.Zero;
        foreach (var record in records)
            hash += UInt128.Parse(record.Digest.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new AidNode(
            prefix, records.Count, records.Sum(record => record.Amount ?? 0m), hash.ToString("x32", CultureInfo.InvariantCulture));
    }
}
