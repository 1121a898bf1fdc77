using System.Security.Cryptography;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Audit;

/// <summary>
/// Closes each day in China with a signed root and puts it outside (docs/adr/2611-daily-roots.md). Doing it again, late or
/// beside another process changes nothing.
/// </summary>
public sealed class AuditRoots(HubDatabase database, SigningKeyFile keyFile, IOptions<AuditOptions> options, TimeProvider time)
{
    private static readonly ISignatureSuite Suite = SignatureSuites.EcdsaP256;

    /// <summary>Makes the root of every day that has ended and has none, and returns them.</summary>
    /// <exception cref="HubProblemException">The key that signed before is gone (<c>audit.signing_key</c>).</exception>
    public async Task<IReadOnlyList<SignedRoot>> MakeDue(CancellationToken cancellationToken)
    {
        var made = new List<SignedRoot>();
        while (await MakeNext(cancellationToken) is { } root)
            made.Add(root);
        return made;
    }

    /// <summary>Writes the roots that are not outside yet, or all of them to a folder of the caller's.</summary>
    /// <returns>How many files stand in the folder now because of this call.</returns>
    /// <exception cref="HubProblemException">A file is there and says something else (<c>audit.root_differs</c>).</exception>
    public async Task<int> Export(string? folder, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var keys = (await AuditRootStore.Keys(work, cancellationToken)).ToDictionary(key => key.KeyId);
        var target = folder ?? options.Value.RootFolder;
        var due = (await AuditRootStore.All(work, cancellationToken)).Where(root => folder is not null || root.ExportedAt is null).ToList();
        Directory.CreateDirectory(target);
        foreach (var signed in due)
        {
            await Write(Path.Combine(target, RootFile.NameOf(signed.Root.Day)), RootFile.Of(signed, keys[signed.Root.KeyId]), cancellationToken);
            await AuditRootStore.Exported(work, signed.Root.Day, time.GetUtcNow(), cancellationToken);
        }

        await work.Commit(cancellationToken);
        return due.Count;
    }

    /// <summary>Signs with a new key from now on; the one before is kept beside it, and its roots stay good.</summary>
    public async Task<SigningKey> RenewKey(string by, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await AuditLog.Head(work, cancellationToken);
        var known = await AuditRootStore.Keys(work, cancellationToken);
        var (privateKey, key) = Fresh(Suite.NewKey());
        await AuditRootStore.AddKey(work, key, cancellationToken);
        var fact = new AuditFact($"operator:{by}", "audit.key_renewed", key.KeyId, new { was = known.LastOrDefault()?.KeyId, reason });
        await AuditLog.Append(work, fact, time, cancellationToken);
        keyFile.Write(privateKey, known.LastOrDefault()?.KeyId ?? "before");
        await work.Commit(cancellationToken);
        return key;
    }

    private async Task<SignedRoot?> MakeNext(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var head = await AuditLog.Head(work, cancellationToken); // nobody writes an entry of the day while it is closed
        var last = await AuditRootStore.Last(work, cancellationToken);
        if (await NextDay(work, last, cancellationToken) is not { } day || day >= HubCalendar.DayOf(time.GetUtcNow()))
            return null;

        var (privateKey, key) = await KeyToSignWith(work, cancellationToken);
        var after = last?.Root.LastSequence ?? 0;
        var ends = HubCalendar.InstantOf(day.AddDays(1).ToDateTime(TimeOnly.MinValue));
        var until = await AuditRootStore.LastOfDay(work, after, ends, cancellationToken);
        var digest = Digests.Find(head.Digest) ?? Digests.Sha256;
        var root = new AuditRoot
        {
            Day = day,
            FirstSequence = after + 1,
            LastSequence = until,
            Digest = digest.Name,
            Head = await AuditRootStore.HashOf(work, until, cancellationToken),
            Previous = last?.Root.Link(digest) ?? [],
            Suite = key.Suite,
            KeyId = key.KeyId,
        };
        var signed = new SignedRoot(root, root.Statement, Suite.Sign(privateKey, root.StatementBytes), time.GetUtcNow(), null);
        CryptographicOperations.ZeroMemory(privateKey);
        await AuditRootStore.Add(work, signed, cancellationToken);
        await work.Commit(cancellationToken);
        return signed;
    }

    private static async Task<DateOnly?> NextDay(HubTransaction work, SignedRoot? last, CancellationToken cancellationToken) =>
        last is not null ? last.Root.Day.AddDays(1)
        : await AuditRootStore.FirstEntry(work, cancellationToken) is { } first ? HubCalendar.DayOf(first)
        : null;

    // Made on first use. A key that has signed and is gone is never replaced in silence: that is what a forger would do.
    private async Task<(byte[] Private, SigningKey Key)> KeyToSignWith(HubTransaction work, CancellationToken cancellationToken)
    {
        var known = await AuditRootStore.Keys(work, cancellationToken);
        if (known.Count == 0 && !keyFile.Exists)
            keyFile.Write(Suite.NewKey(), replacedKeyId: null);
        var privateKey = Opened() ?? throw Missing();
        var (_, key) = Fresh(privateKey);
        if (known.Count == 0)
            await AuditRootStore.AddKey(work, key, cancellationToken);
        else if (known.All(one => one.KeyId != key.KeyId))
            throw Missing();
        return (privateKey, key);
    }

    private byte[]? Opened()
    {
        try
        {
            return keyFile.Read();
        }
        catch (Exception failure) when (failure is IOException or FormatException or CryptographicException or UnauthorizedAccessException)
        {
            throw Missing();
        }
    }

    private (byte[] Private, SigningKey Key) Fresh(byte[] privateKey)
    {
        var publicKey = Suite.PublicOf(privateKey);
        return (privateKey, new SigningKey(SignatureSuites.KeyId(publicKey), Suite.Name, publicKey, time.GetUtcNow()));
    }

    private static async Task Write(string file, RootFile root, CancellationToken cancellationToken)
    {
        var bytes = root.Write();
        if (File.Exists(file))
        {
            if (!(await File.ReadAllBytesAsync(file, cancellationToken)).AsSpan().SequenceEqual(bytes))
            {
                throw new HubProblemException(
                    "audit.root_differs", $"{Path.GetFileName(file)} is there already and says something else.",
                    "Preserve both, run `hub verify --against` that file and report to the security officer at once.");
            }

            return;
        }

        var temporary = $"{file}.{Environment.ProcessId}.part";
        await File.WriteAllBytesAsync(temporary, bytes, cancellationToken);
        File.Move(temporary, file);
    }

    private static HubProblemException Missing() => new(
        "audit.signing_key", "The key that signs the audit roots is missing, unreadable or another one.",
        "Restore the file named by Hub:Protection:SigningKeyFile, or renew the key with `hub audit key --renew`.");
}
