using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Reconciliation;

/// <summary>
/// One place in the tree both sides build over a book (contracts/charity/openapi.yaml, tree): all lines whose id hashes
/// to this prefix, as a count, their money and a digest that does not depend on their order.
/// </summary>
/// <param name="Prefix">Hex digits of SHA-256 of the aid id; empty for the whole book.</param>
/// <param name="Count">Lines under it.</param>
/// <param name="Sum">CNY of their amounts.</param>
/// <param name="Hash">Sum modulo 2^128 of the first sixteen bytes of their field hashes, in hex.</param>
public sealed record BookNode(string Prefix, long Count, decimal Sum, string Hash);

/// <summary>
/// The hub's own book as a tree: a million leaves of a count, a sum and a digest each, and nothing of the lines. Two books
/// of n lines that differ in k of them are told apart by about k paths from the root, not by n lines.
/// </summary>
public sealed class BookTree
{
    /// <summary>Hex digits down to a leaf; a leaf of five million lines holds five of them.</summary>
    public const int Depth = 5;

    private const int Leaves = 1 << (4 * Depth);
    private const int FanOut = 16;
    private readonly int[] _counts = new int[Leaves];
    private readonly long[] _cents = new long[Leaves];
    private readonly UInt128[] _hashes = new UInt128[Leaves];

    /// <summary>The leaf an aid hangs on: the first five hex digits of SHA-256 of its id.</summary>
    public static int LeafOf(string aidId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(aidId), hash);
        return (hash[0] << 12) | (hash[1] << 4) | (hash[2] >> 4);
    }

    public void Add(int leaf, string fieldHash, decimal? amount)
    {
        _counts[leaf]++;
        _cents[leaf] += (long)((amount ?? 0) * 100);
        _hashes[leaf] += UInt128.Parse(fieldHash.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>What hangs under a prefix.</summary>
    public BookNode Node(string prefix)
    {
        var (first, last) = RangeOf(prefix);
        var (count, cents, hash) = (0L, 0L, UInt128.Zero);
        for (var leaf = first; leaf <= last; leaf++)
        {
            count += _counts[leaf];
            cents += _cents[leaf];
            hash += _hashes[leaf];
        }

        return new BookNode(prefix, count, cents / 100m, hash.ToString("x32", CultureInfo.InvariantCulture));
    }

    /// <summary>The prefixes one digit longer.</summary>
    public static IEnumerable<string> Children(string prefix) =>
        Enumerable.Range(0, FanOut).Select(digit => $"{prefix}{digit:x}");

    /// <summary>The leaves under a prefix; both are inside.</summary>
    public static (int First, int Last) RangeOf(string prefix)
    {
        var width = 4 * (Depth - prefix.Length);
        var first = prefix.Length == 0 ? 0 : int.Parse(prefix, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) << width;
        return (first, first + (1 << width) - 1);
    }
}
