using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mocks.CharityFederation;

/// <summary>
/// Everything the mock's organisations decide: pure functions of the referral's id and attempt, so that the same referral ends
/// the same way in every run, whatever the hour or the order.
/// </summary>
internal static class Decisions
{
    /// <summary>
    /// One offer in ten is declined: SHA-256("referralId|attempt"), first eight bytes big-endian, mod 10. With the attempt,
    /// because the next organisation that is asked decides anew.
    /// </summary>
    public static bool Declines(string referralId, int attempt) => Number($"{referralId}|{attempt}") % 10 == 0;

    /// <summary>One referral in five is helped in two instalments.</summary>
    public static int Instalments(string referralId) => Number($"{referralId}|instalments") % 5 == 0 ? 2 : 1;

    /// <summary>The organisation's own number of an aid record.</summary>
    public static string Local(string referralId, int instalment) =>
        "A" + Convert.ToHexStringLower(Hash($"{referralId}|aid|{instalment}"))[..15];

    /// <summary>One aid record in twenty is not reported; the hub finds it when it reads the book.</summary>
    public static bool Withholds(string referralId, int instalment) =>
        Number($"{referralId}|withhold|{instalment}") % 20 == 0;

    /// <summary>What is given: 85 % money, 10 % goods, 5 % care.</summary>
    public static Gift Give(string referralId, int instalment)
    {
        var seed = $"{referralId}|gift|{instalment}";
        return (Number(seed) % 20) switch
        {
            < 17 => new Gift("CASH", Amount(seed), null, null),
            < 19 => new Gift("GOODS", null, 1 + (int)(Number($"{seed}|quantity") % 5), "件"),
            _ => new Gift("CARE", null, 1 + (int)(Number($"{seed}|quantity") % 20), "次"),
        };
    }

    /// <summary>A name-based UUID (RFC 9562 version 8, SHA-256): the same record always has the same key.</summary>
    public static Guid IdempotencyKey(string aidId, int version)
    {
        var bytes = Hash($"{aidId}|{version}")[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    // 200.00 to 5,000.00 yuan, to the fen.
    private static decimal Amount(string seed) => (20_000 + (Number($"{seed}|amount") % 480_001)) / 100m;

    private static ulong Number(string text) => BinaryPrimitives.ReadUInt64BigEndian(Hash(text));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
