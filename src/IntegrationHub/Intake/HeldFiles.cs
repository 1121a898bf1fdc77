using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>
/// What an official decides about a held file: let it through, for the one check that held it, or reject it. Who and why
/// is kept with the file and in the audit log; a file that is torn or is not what its manifest says is nobody's to release.
/// </summary>
public sealed class HeldFiles(HubDatabase database, TimeProvider time)
{
    /// <summary>Marks a held file for release; the next run of its source takes it. Answers the file.</summary>
    public Task<HeldFile> Release(string which, string by, string reason, CancellationToken cancellationToken) =>
        Decide(which, "RELEASING", by, reason, cancellationToken);

    /// <summary>Closes a held file for good; its bytes stay in the archive.</summary>
    public Task<HeldFile> Reject(string which, string by, string reason, CancellationToken cancellationToken) =>
        Decide(which, "REJECTED", by, reason, cancellationToken);

    /// <summary>One held or decided file, by number or name.</summary>
    public async Task<HeldFile> Find(string which, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await Find(work, which, cancellationToken);
    }

    private async Task<HeldFile> Decide(string which, string state, string by, string reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(by) || string.IsNullOrWhiteSpace(reason))
            throw new HubProblemException("request.invalid", "A decision needs who made it and why.", "Give --by and --reason.");
        await using var work = await database.Begin(cancellationToken);
        var file = await Find(work, which, cancellationToken);
        if (state == "RELEASING" && !SnapshotCheck.MayBeTriedAgain(file.Code))
        {
            throw new HubProblemException(
                "held.not_releasable", $"{file.Name} is held for {file.Code}; such a file cannot be released.",
                "Ask the sender to send it again, or reject it.");
        }

        if (!await HeldFileStore.Decide(work, file.FileId, state, by.Trim(), reason.Trim(), time.GetUtcNow(), cancellationToken))
            throw new HubProblemException("held.decided", $"{file.Name} is {file.State} already.", "See `hub held show`.");
        await AuditLog.Append(
            work,
            new AuditFact(
                by.Trim(), state == "REJECTED" ? "file.rejected" : "file.released", file.Name,
                new { fileId = file.FileId, code = file.Code, digest = file.Digest, reason = reason.Trim() }),
            time, cancellationToken);
        await work.Commit(cancellationToken);
        return await Find(file.FileId.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
    }

    private static async Task<HeldFile> Find(HubTransaction work, string which, CancellationToken cancellationToken) =>
        await HeldFileStore.Find(work, which, cancellationToken) is { State: "HELD" or "RELEASING" or "RELEASED" or "REJECTED" } file
            ? file
            : throw new HubProblemException("held.not_found", $"There is no held file {which}.", "See `hub held list`.");
}
