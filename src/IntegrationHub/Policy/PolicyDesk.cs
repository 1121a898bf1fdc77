using System.Security.Cryptography;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;

namespace IntegrationHub.Policy;

/// <summary>Where versions of the rules are published, one time each, with their authors on record.</summary>
public sealed class PolicyDesk(HubDatabase database, PolicyBook book, TimeProvider time)
{
    private const string Installer = "hub migrate";

    /// <summary>
    /// Publishes the packs that come with the software and are not known yet, and returns their versions. A known
    /// version with another body is refused: what was decided under it could not be explained any more.
    /// </summary>
    public async Task<IReadOnlyList<string>> Install(string contractsFolder, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await PolicyStore.Lock(work, cancellationToken);
        var added = new List<string>();
        foreach (var (file, body) in PolicyFile.In(contractsFolder))
        {
            var edition = new PolicyEdition
            {
                Pack = PolicyFile.Parse(body, file),
                Body = body,
                Digest = SHA256.HashData(body),
                PublishedBy = Installer,
                ApprovedBy = Installer,
                Reason = "came with the software",
            };
            if (await IsKnown(work, edition, cancellationToken))
                continue;
            await Add(work, edition, cancellationToken);
            added.Add(edition.Pack.Version);
        }

        await work.Commit(cancellationToken);
        await book.Refresh(cancellationToken);
        return added;
    }

    /// <summary>
    /// Publishes a file: the first call proposes it, the call of a second person with the same file puts it in force from
    /// its day on. It is checked together with all that is published, and never begins in the past: what was decided
    /// stays decided.
    /// </summary>
    /// <returns>True when it is published, false when it is proposed.</returns>
    /// <exception cref="HubProblemException">
    /// The code of the first finding, <c>policy.changed</c>, <c>policy.retroactive</c> or <c>policy.same_person</c>.
    /// </exception>
    public async Task<bool> Publish(
        string contractsFolder, string file, string by, string reason, CancellationToken cancellationToken)
    {
        var body = await File.ReadAllBytesAsync(file, cancellationToken);
        await using var work = await database.Begin(cancellationToken);
        await PolicyStore.Lock(work, cancellationToken);
        await Check(work, contractsFolder, Path.GetFileName(file), body, cancellationToken);
        var edition = new PolicyEdition
        {
            Pack = PolicyFile.Parse(body, Path.GetFileName(file)),
            Body = body,
            Digest = SHA256.HashData(body),
            PublishedBy = by,
            ApprovedBy = by,
            Reason = reason,
        };
        if (await IsKnown(work, edition, cancellationToken))
            return true;
        if (edition.Pack.EffectiveFrom < HubCalendar.DayOf(time.GetUtcNow()))
            throw new HubProblemException(
                "policy.retroactive", $"Version {edition.Pack.Version} would begin in the past.", "Let it begin today or later.");

        var proposal = await PolicyStore.Proposal(work, edition.Pack.Version, cancellationToken);
        var isProposed = proposal is { } known && known.Digest.AsSpan().SequenceEqual(edition.Digest);
        if (isProposed && proposal!.Value.By == by)
            throw new HubProblemException(
                "policy.same_person", "A version is approved by another than who proposed it.", "Ask a colleague to approve it.");
        if (isProposed)
            await Approve(work, edition with { PublishedBy = proposal!.Value.By }, cancellationToken);
        else
            await Propose(work, edition, cancellationToken);
        await work.Commit(cancellationToken);
        await book.Refresh(cancellationToken);
        return isProposed;
    }

    /// <summary>The published versions, the oldest first.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> Versions(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await PolicyStore.List(work, cancellationToken);
    }

    private async Task Approve(HubTransaction work, PolicyEdition edition, CancellationToken cancellationToken)
    {
        await Add(work, edition, cancellationToken);
        await PolicyStore.Settle(work, edition.Pack.Version, cancellationToken);
    }

    private async Task Propose(HubTransaction work, PolicyEdition edition, CancellationToken cancellationToken)
    {
        await PolicyStore.Propose(work, edition, time.GetUtcNow(), cancellationToken);
        var detail = new { digest = Convert.ToHexStringLower(edition.Digest), reason = edition.Reason };
        await AuditLog.Append(
            work, new AuditFact(edition.PublishedBy, "policy.proposed", edition.Pack.Version, detail), time, cancellationToken);
    }

    private static async Task Check(
        HubTransaction work, string contractsFolder, string file, byte[] body, CancellationToken cancellationToken)
    {
        var known = new List<(string File, byte[] Body)>();
        foreach (var version in await PolicyStore.Versions(work, cancellationToken))
            known.Add(($"version {version}", await PolicyStore.Body(work, version, cancellationToken) ?? []));
        // The same version sent again is told by its digest, not as a double.
        known.RemoveAll(other => other.Body.AsSpan().SequenceEqual(body));
        var first = new PolicyCheck(contractsFolder).Of([.. known, (file, body)]).FirstOrDefault(finding => finding.File == file);
        if (first is { Code: PolicyCheck.Duplicate, Path: "version" })
            throw Changed(first.Text);
        if (first is not null)
            throw new HubProblemException(
                first.Code, $"{first.File}, line {first.Line}, {first.Path}: {first.Text}.", "See all findings with `hub policy check`.");
    }

    private static HubProblemException Changed(string version) => new(
        "policy.changed", $"A published version of the policy pack has another body: {version}.",
        "Leave a published version as it is and give the change a version of its own.");

    private static async Task<bool> IsKnown(
        HubTransaction work, PolicyEdition edition, CancellationToken cancellationToken)
    {
        var known = (await PolicyStore.List(work, cancellationToken))
            .Find(version => version.Version == edition.Pack.Version);
        if (known is not null && known.Digest != Convert.ToHexStringLower(edition.Digest))
            throw Changed(known.Version);
        return known is not null;
    }

    private async Task Add(HubTransaction work, PolicyEdition edition, CancellationToken cancellationToken)
    {
        await PolicyStore.Add(work, edition, time.GetUtcNow(), cancellationToken);
        var detail = new
        {
            effectiveFrom = edition.Pack.EffectiveFrom,
            effectiveTo = edition.Pack.EffectiveTo,
            digest = Convert.ToHexStringLower(edition.Digest),
            approvedBy = edition.ApprovedBy,
            reason = edition.Reason,
        };
        await AuditLog.Append(
            work, new AuditFact(edition.PublishedBy, "policy.published", edition.Pack.Version, detail), time, cancellationToken);
    }
}
