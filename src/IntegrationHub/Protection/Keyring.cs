using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Protection;

/// <summary>
/// The keys derived from the master key (HKDF-SHA256, RFC 5869), one per use, so that what is known about one says
/// nothing about another. Turns identity into keys (HMAC) and seals bytes (AES-256-GCM).
/// </summary>
public sealed class Keyring
{
    private const int KeySize = 32;

    // Set up once a thread: setting one up costs three times what using it does.
    private readonly ThreadLocal<IncrementalHash> _person;
    private readonly ThreadLocal<IncrementalHash> _index;
    private readonly ThreadLocal<IncrementalHash> _pairwise;
    private readonly byte[] _wrap;
    private readonly byte[] _store;
    private readonly byte[] _row;
    private readonly byte[] _signing;

    public Keyring(ReadOnlySpan<byte> masterKey)
    {
        if (masterKey.Length != 32)
            throw new ArgumentException("The master key has 32 bytes.", nameof(masterKey));
        var master = masterKey.ToArray();
        _person = Hmac(Derive(master, "person"));
        _index = Hmac(Derive(master, "index"));
        _pairwise = Hmac(Derive(master, "pairwise"));
        _wrap = Derive(master, "wrap");
        _store = Derive(master, "store");
        _row = Derive(master, "row-seal");
        _signing = Derive(master, "signing");
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
        var random = RandomNumberGenerator.GetBytes(count * KeySize);
        var made = new (byte[] Key, byte[] Wrapped)[count];
        for (var i = 0; i < count; i++)
        {
            var key = random[(i * KeySize)..((i + 1) * KeySize)];
            made[i] = (key, wrap.Seal(key));
        }

        CryptographicOperations.ZeroMemory(random);
        return made;
    }

    public byte[] Unwrap(byte[] wrapped) => Sealer.Open(_wrap, wrapped);

    /// <summary>Seals what is not yet about one subject: landed chunks, archived files, webhook secrets.</summary>
    public byte[] SealForStore(ReadOnlySpan<byte> plain) => Sealer.Seal(_store, plain);

    /// <summary>Seals into a buffer of exactly the plain length and <see cref="Sealer.Overhead"/>.</summary>
    public void SealForStore(ReadOnlySpan<byte> plain, Span<byte> target)
    {
        using var run = new Sealer.Run(_store);
        run.Seal(plain, target);
    }

    public byte[] OpenFromStore(byte[] sealedBytes) => Sealer.Open(_store, sealedBytes);

    internal bool StoreOpens(byte[] sealedBytes) => Sealer.Opens(_store, sealedBytes);

    /// <summary>Opens into a buffer of the caller's and returns how much was written.</summary>
    public int OpenFromStore(ReadOnlySpan<byte> sealedBytes, Span<byte> target) => Sealer.Open(_store, sealedBytes, target);

    internal byte[] SealSigning(ReadOnlySpan<byte> privateKey) => Sealer.Seal(_signing, privateKey);

    internal byte[] OpenSigning(byte[] sealedKey) => Sealer.Open(_signing, sealedKey);

    private static byte[] Derive(byte[] master, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: Encoding.UTF8.GetBytes($"integration-hub/{use}/v1"));

    private static ThreadLocal<IncrementalHash> Hmac(byte[] key) =>
        new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    private static Guid Hmac(ThreadLocal<IncrementalHash> keyed, string text)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = longest <= 512 ? stackalloc byte[512] : new byte[longest];
        var hmac = keyed.Value ?? throw new InvalidOperationException("The factory always makes one.");
        hmac.AppendData(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        Span<byte> hash = stackalloc byte[32];
        hmac.GetHashAndReset(hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
