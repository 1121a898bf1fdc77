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

    private static async Task<bool> IsKnown(
        HubTransaction work, PolicyEdition edition, CancellationToken cancellationToken)
    {
        var known = (await PolicyStore.List(work, cancellationToken))
            .Find(version => version.Version == edition.Pack.Version);
        if (known is not null && known.Digest != Convert.ToHexStringLower(edition.Digest))
            throw new HubProblemException(
                "policy.changed", $"Version {known.Version} of the policy pack is published with another body.",
                "Leave a published version as it is and give the change a version of its own.");
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
