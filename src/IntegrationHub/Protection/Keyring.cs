using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Protection;

/// <summary>
/// The keys derived from the master key (HKDF-SHA256, RFC 5869), one per use, so that what is known about one says
/// nothing about another. Turns identity into keys (HMAC) and seals bytes (AES-256-GCM).
/// </summary>
public sealed class Keyring
{
    private readonly byte[] _person;
    private readonly byte[] _index;
    private readonly byte[] _pairwise;
    private readonly byte[] _wrap;
    private readonly byte[] _store;
    private readonly byte[] _row;

    public Keyring(ReadOnlySpan<byte> masterKey)
    {
        if (masterKey.Length != 32)
            throw new ArgumentException("The master key has 32 bytes.", nameof(masterKey));
        var master = masterKey.ToArray();
        _person = Derive(master, "person");
        _index = Derive(master, "index");
        _pairwise = Derive(master, "pairwise");
        _wrap = Derive(master, "wrap");
        _store = Derive(master, "store");
        _row = Derive(master, "row-seal");
        RowSeed = BitConverter.ToInt64(Derive(master, "row-hash"), 0);
    }

    /// <summary>Secret seed of the row hashes of the snapshot diff.</summary>
    public long RowSeed { get; }

    /// <summary>Secret key that hides the row hashes at rest.</summary>
    public byte[] RowSealKey() => [.. _row];

    /// <summary>The person's key inside the hub: a keyed hash, because a plain hash of an id number is enumerable.</summary>
    public Guid PersonKey(string idType, string idNo) => Hmac(_person, $"{idType}|{idNo}");

    /// <summary>A blind index: equal values give equal indexes, and nobody without the key can try values.</summary>
    public Guid Index(string field, string value) => Hmac(_index, $"{field}|{value}");

    /// <summary>What one recipient calls the person; another recipient gets another name for the same person.</summary>
    public Guid Pairwise(Guid personKey, string recipient) => Hmac(_pairwise, $"{personKey:N}|{recipient}");

    /// <summary>New per-subject keys, wrapped for storage.</summary>
    public (byte[] Key, byte[] Wrapped)[] NewSubjectKeys(int count)
    {
        using var wrap = new Sealer.Run(_wrap);
        var made = new (byte[] Key, byte[] Wrapped)[count];
        for (var i = 0; i < count; i++)
        {
            var key = RandomNumberGenerator.GetBytes(32);
            made[i] = (key, wrap.Seal(key));
        }

        return made;
    }

    public byte[] Unwrap(byte[] wrapped) => Sealer.Open(_wrap, wrapped);

    /// <summary>Seals what is not yet about one subject: landed chunks, archived files, webhook secrets.</summary>
    public byte[] SealForStore(ReadOnlySpan<byte> plain) => Sealer.Seal(_store, plain);

    public byte[] OpenFromStore(byte[] sealedBytes) => Sealer.Open(_store, sealedBytes);

    private static byte[] Derive(byte[] master, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: Encoding.UTF8.GetBytes($"integration-hub/{use}/v1"));

    private static Guid Hmac(byte[] key, string text)
    {
        Span<byte> hash = stackalloc byte[32];
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = longest <= 512 ? stackalloc byte[512] : new byte[longest];
        HMACSHA256.HashData(key, bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
