using System.Globalization;
using System.Text;
using IntegrationHub.Protection;

namespace IntegrationHub.Audit;

/// <summary>What the chain said when a day in China ended, in words that are signed and follow the words of the day before.</summary>
public sealed record AuditRoot
{
    private const string Format = "integration-hub audit root 1";

    public required DateOnly Day { get; init; }

    /// <summary>The first entry of the day; one more than <see cref="LastSequence"/> if it has none.</summary>
    public required long FirstSequence { get; init; }
    public required long LastSequence { get; init; }
    public long Entries => LastSequence - FirstSequence + 1;

    /// <summary>The digest that <see cref="Previous"/> was made with.</summary>
    public required string Digest { get; init; }

    /// <summary>The hash of the last entry, which covers every entry before it.</summary>
    public required byte[] Head { get; init; }

    /// <summary>The digest of the statement before; empty for the first.</summary>
    public required byte[] Previous { get; init; }
    public required string Suite { get; init; }
    public required string KeyId { get; init; }

    /// <summary>The words that are signed: one field a line, in a fixed order, so that anybody can write them again.</summary>
    public string Statement => string.Create(
        CultureInfo.InvariantCulture,
        $"{Format}\nday={Day:yyyy-MM-dd}\nfirst={FirstSequence}\nlast={LastSequence}\nentries={Entries}\ndigest={Digest}\n"
        + $"head={Convert.ToHexStringLower(Head)}\nprevious={Convert.ToHexStringLower(Previous)}\nsuite={Suite}\nkey={KeyId}\n");

    public byte[] StatementBytes => Encoding.UTF8.GetBytes(Statement);

    /// <summary>What the root of the next day carries of this one.</summary>
    public byte[] Link(IDigest digest) => digest.Hash(StatementBytes);

    internal ChainMark Mark => new(LastSequence, Head, $"the root of {Day:yyyy-MM-dd}");
}

/// <summary>A root as it is kept: with its signature, and whether it is outside already.</summary>
public sealed record SignedRoot(AuditRoot Root, string Statement, byte[] Signature, DateTimeOffset MadeAt, DateTimeOffset? ExportedAt);

/// <summary>A public key whose signatures the roots bear.</summary>
public sealed record SigningKey(string KeyId, string Suite, byte[] PublicKey, DateTimeOffset MadeAt)
{
    /// <summary>As tools read it.</summary>
    public string Pem => System.Security.Cryptography.PemEncoding.WriteString("PUBLIC KEY", PublicKey);
}
