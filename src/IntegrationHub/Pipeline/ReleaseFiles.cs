using System.Globalization;
using System.Security.Cryptography;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Pipeline;

/// <summary>What a build of a release file came to; no file where there was nothing to tell.</summary>
public sealed record ReleaseFile(string Uscc, string? File, int Releases, int Refused, int Deletions);

/// <summary>
/// The file variant of a release, for organisations without an API: what they accepted and may be given now, through the
/// same gate as a claim, sealed for their certificate, with a deletion row for each recall (P7).
/// </summary>
/// <remarks>
/// The sealed file is on disk under a temporary name before the commit and gets its own after it. Without the commit it
/// is deleted; if the process dies in between, the next build finds the record and the temporary file and finishes. So
/// nothing leaves without evidence, and nothing is on record that is not there to be sent.
/// </remarks>
public sealed class ReleaseFiles(
    HubDatabase database, ReleaseGate gate, PolicyBook policies, IOptions<ClaimOptions> options, TimeProvider time)
{
    private const string Part = ".part";

    /// <summary>Registers the certificate an organisation's files are sealed for.</summary>
    /// <exception cref="HubProblemException"><c>release.certificate</c>.</exception>
    public async Task Register(string uscc, byte[] certificate, string by, CancellationToken cancellationToken)
    {
        if (FileSealing.ObjectionTo(certificate, time.GetUtcNow()) is { } objection)
            throw new HubProblemException(
                "release.certificate", $"The certificate cannot be used. {objection}",
                "Register an X.509 certificate with an RSA key of 2048 bits or more.");
        var der = FileSealing.ToDer(certificate);
        var key = new FileKey(uscc, der, SHA256.HashData(der));
        await using var work = await database.Begin(cancellationToken);
        await ReleaseFileBook.Register(work, key, by, time.GetUtcNow(), cancellationToken);
        var detail = new { thumbprint = Convert.ToHexStringLower(key.Thumbprint) };
        await AuditLog.Append(
            work, new AuditFact($"operator:{by}", "release.key_registered", uscc, detail), time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    /// <summary>Builds the next file of an organisation into a folder; finishes one that was interrupted first.</summary>
    /// <exception cref="HubProblemException"><c>release.no_key</c>.</exception>
    public async Task<ReleaseFile> Build(string uscc, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await using var work = await database.Begin(cancellationToken);
        var key = await ReleaseFileBook.KeyOf(work, uscc, cancellationToken) ?? throw new HubProblemException(
            "release.no_key", $"{uscc} has no certificate registered.", "Register one with hub release key.");
        Finish(await ReleaseFileBook.Of(work, uscc, cancellationToken), folder);

        var now = time.GetUtcNow();
        var fileId = Guid.CreateVersion7(now);
        var (bodies, refused) = await Pass(work, key, cancellationToken);
        var recalls = await ReleaseFileBook.Carry(work, uscc, fileId, cancellationToken);
        if (bodies.Count + recalls.Count == 0)
        {
            await work.Commit(cancellationToken); // the refusals are on record
            return new ReleaseFile(uscc, null, 0, refused, 0);
        }

        var sealedBytes = Seal(bodies, recalls, key);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"TG_{uscc}_{HubCalendar.DayOf(now):yyyyMMdd}_{fileId.ToString("N")[^8..]}.csv.p7m");
        var file = new ReleaseFileRow(
            fileId, uscc, name, SHA256.HashData(sealedBytes), bodies.Count, recalls.Count, now);
        var path = Path.Combine(folder, name);
        var isCommitted = false;
        try
        {
            await WriteDurably(path + Part, sealedBytes, cancellationToken);
            await ReleaseFileBook.Add(work, file, cancellationToken);
            var detail = new
            {
                name, digest = Convert.ToHexStringLower(file.Digest), releases = file.Releases, deletions = file.Deletions,
            };
            await AuditLog.Append(work, new AuditFact("hub", "release.file_built", $"{fileId}", detail), time, cancellationToken);
            await work.Commit(cancellationToken);
            isCommitted = true;
        }
        finally
        {
            if (!isCommitted)
                File.Delete(path + Part);
        }

        File.Move(path + Part, path);
        return new ReleaseFile(uscc, path, bodies.Count, refused, recalls.Count);
    }

    private async Task<(List<byte[]> Bodies, int Refused)> Pass(
        HubTransaction work, FileKey key, CancellationToken cancellationToken)
    {
        var caller = new Caller(key.Uscc, key.Thumbprint);
        var held = new List<CallersReferral>();
        foreach (var (referralId, attempt) in await ReferralStore.AcceptedBy(work, key.Uscc, cancellationToken))
        {
            var one = await CallersReferral.Load(work, caller, referralId, attempt, cancellationToken);
            if (one is { IsCurrent: true, Referral.State: ReferralState.Accepted })
                held.Add(one);
        }

        var needs = await NeedBook.Load(work, [.. held.Select(one => one.Referral.NeedId)], cancellationToken);
        var questions = held.ConvertAll(
            one => new DisclosureQuestion(DisclosureStep.Claim, needs[one.Referral.NeedId], key.Uscc));
        var cases = await DisclosureCase.Load(work, questions, policies, time, cancellationToken);
        var bodies = new List<byte[]>();
        foreach (var (one, asked) in held.Zip(cases))
        {
            var claim = ClaimOf(one, asked, key);
            if ((await gate.Pass(work, new ReleaseAsk(one, asked, claim), cancellationToken)).Outcome
                is not ReleaseOutcome.Released released)
                continue;
            await ClaimBook.Add(work, claim, cancellationToken);
            bodies.Add(released.Body);
        }

        return (bodies, held.Count - bodies.Count);
    }

    private ClaimRow ClaimOf(CallersReferral held, DisclosureCase asked, FileKey key) => new()
    {
        ClaimId = Guid.CreateVersion7(asked.Request.At),
        ReferralId = held.Referral.ReferralId,
        Attempt = held.Attempt.Attempt,
        Uscc = key.Uscc,
        KeyHash = key.Thumbprint,
        Items = asked.Request.Items,
        OpenedAt = asked.Request.At,
        ExpiresAt = asked.Request.At + options.Value.Lifetime,
    };

    private static byte[] Seal(List<byte[]> bodies, IReadOnlyList<RecallRow> recalls, FileKey key)
    {
        var plain = ReleaseCsv.Write(bodies, recalls);
        try
        {
            return FileSealing.Seal(plain, key.Certificate);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            bodies.ForEach(body => CryptographicOperations.ZeroMemory(body));
        }
    }

    // The commit was the last word: what it recorded and what lies here with the same digest belong together.
    private static void Finish(IEnumerable<ReleaseFileRow> files, string folder)
    {
        foreach (var path in files.Select(file => Path.Combine(folder, file.Name)).Where(path => File.Exists(path + Part)))
            File.Move(path + Part, path, overwrite: true);
    }

    private static async Task WriteDurably(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await file.WriteAsync(bytes, cancellationToken);
        file.Flush(flushToDisk: true);
    }
}
