using System.Text.Encodings.Web;
using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Protection;

namespace IntegrationHub.Audit;

/// <summary>
/// A root as it leaves the hub: one small file whose signature anybody can check with the key in it, or better with the
/// key they were given before. It names no person.
/// </summary>
public sealed record RootFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // digits, letters and line ends only
        RespectNullableAnnotations = true,
    };

    public required DateOnly Day { get; init; }
    public required long FirstSequence { get; init; }
    public required long LastSequence { get; init; }
    public required string Digest { get; init; }
    public required string Head { get; init; }
    public required string Previous { get; init; }
    public required string Suite { get; init; }
    public required string KeyId { get; init; }

    /// <summary>The signed words, byte for byte.</summary>
    public required string Statement { get; init; }
    public required byte[] Signature { get; init; }
    public required string PublicKey { get; init; }

    public static string NameOf(DateOnly day) => $"audit-root-{day:yyyy-MM-dd}.json";

    public static RootFile Of(SignedRoot root, SigningKey key) => new()
    {
        Day = root.Root.Day,
        FirstSequence = root.Root.FirstSequence,
        LastSequence = root.Root.LastSequence,
        Digest = root.Root.Digest,
        Head = Convert.ToHexStringLower(root.Root.Head),
        Previous = Convert.ToHexStringLower(root.Root.Previous),
        Suite = root.Root.Suite,
        KeyId = root.Root.KeyId,
        Statement = root.Statement,
        Signature = root.Signature,
        PublicKey = key.Pem,
    };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>The roots in a file, or in every root file of a folder, the oldest first.</summary>
    /// <exception cref="HubProblemException">There is none, or one is not signed by the key it names (<c>audit.root_file</c>).</exception>
    public static IReadOnlyList<AuditRoot> Read(string path)
    {
        var files = Directory.Exists(path) ? Directory.GetFiles(path, "audit-root-*.json") : [path];
        if (files.Length == 0)
            throw Unreadable(path, "has no root files");
        return [.. files.Select(ReadOne).OrderBy(root => root.Day)];
    }

    private static AuditRoot ReadOne(string file)
    {
        try
        {
            var told = JsonSerializer.Deserialize<RootFile>(File.ReadAllBytes(file), Json) ?? throw new JsonException("It is empty.");
            var root = told.ToRoot();
            var key = new byte[told.PublicKey.Length];
            var pem = System.Security.Cryptography.PemEncoding.Find(told.PublicKey);
            Convert.TryFromBase64Chars(told.PublicKey.AsSpan()[pem.Base64Data], key, out var length);
            key = key[..length];
            return root.Statement == told.Statement
                && SignatureSuites.KeyId(key) == root.KeyId
                && SignatureSuites.Find(root.Suite)?.Verify(key, root.StatementBytes, told.Signature) == true
                ? root
                : throw Unreadable(file, "is not signed by the key it names");
        }
        catch (Exception failure) when (failure is IOException or JsonException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            throw Unreadable(file, "is not a readable root");
        }
    }

    private AuditRoot ToRoot() => new()
    {
        Day = Day,
        FirstSequence = FirstSequence,
        LastSequence = LastSequence,
        Digest = Digest,
        Head = Convert.FromHexString(Head),
        Previous = Convert.FromHexString(Previous),
        Suite = Suite,
        KeyId = KeyId,
    };

    private static HubProblemException Unreadable(string path, string what) => new(
        "audit.root_file", $"{Path.GetFileName(path)} {what}.", "Name a file or folder that `hub audit export` wrote.");
}
