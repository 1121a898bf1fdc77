using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>
/// Every store in which a person can stand, one line each. A store that is added and holds people belongs here; the test
/// `Every_sealed_column_is_known_to_the_erasure` asks for it.
/// </summary>
public sealed class ErasureStores(Keyring keyring, Archive archive, IEnumerable<ISnapshotFeed> feeds, TimeProvider time)
{
    internal async Task<Dictionary<string, long>> Destroy(
        HubTransaction work, PersonKeys person, IReadOnlyList<Guid> keys, PersonWords words, Func<CanonicalRecord, bool> isTheirs,
        CancellationToken cancellationToken)
    {
        await ErasedPeople.Add(work, keys, time.GetUtcNow(), cancellationToken);
        var destroyed = new Dictionary<string, long> { ["subject keys"] = await SubjectKeys.Destroy(work, keys, cancellationToken) };
        var held = await PersonErasure.Erase(work, person, keys, cancellationToken);
        destroyed["member records"] = held.Members;
        destroyed["households they headed, emptied"] = held.Households;
        destroyed["recognitions"] = held.Recognitions;
        destroyed["history of these"] = held.Past;
        destroyed["open reviews and cases, closed"] = held.Reviews + held.Cases;
        destroyed["needs, emptied"] = await NeedErasure.Erase(work, keys, cancellationToken);
        destroyed["reports of finders, emptied"] = await NeedErasure.EraseReports(work, keys, cancellationToken);
        destroyed["item digests of releases"] = await ReleaseErasure.Erase(work, keys, cancellationToken);
        destroyed["waiting chunks, written anew"] = await IntakeErasure.CutFromChunks(work, keyring, isTheirs, cancellationToken);
        destroyed["repairs"] = await IntakeErasure.ForgetRepairs(
            work, await IntakeErasure.RepairedRowsWith(work, keyring, words.All, cancellationToken), cancellationToken);
        destroyed["failed records, emptied"] = await FailureErasure.Empty(work, await FailuresWith(work, words, cancellationToken), cancellationToken);
        return destroyed;
    }

    /// <summary>Plain copies of files that were taken; the archive has them sealed.</summary>
    internal long ForgetTaken(DateTimeOffset before) => feeds.Sum(feed => feed.ForgetTaken(before));

    /// <summary>Places sealed by the hub's own key in which one of these words stands.</summary>
    internal async Task<int> StillFound(HubTransaction work, PersonWords words, CancellationToken cancellationToken) =>
        await IntakeErasure.ChunksWith(work, keyring, words.Numbers, cancellationToken)
        + (await IntakeErasure.RepairedRowsWith(work, keyring, words.All, cancellationToken)).Count
        + (await FailuresWith(work, words, cancellationToken)).Count;

    internal async Task<int> Archived(HubTransaction work, PersonWords words, CancellationToken cancellationToken)
    {
        var found = 0;
        foreach (var number in words.Numbers.Where(word => word.All(char.IsAscii)))
            found = Math.Max(found, await IntakeErasure.ArchivedWith(work, archive, number, cancellationToken));
        return found;
    }

    // A record that names somebody of the same name is not theirs; one that has their number, phone or address is.
    private async Task<List<long>> FailuresWith(HubTransaction work, PersonWords words, CancellationToken cancellationToken) =>
    [
        .. (await FailureErasure.Records(work, cancellationToken))
            .Where(failure => IntakeErasure.Says(keyring.OpenFromStore(failure.Body), words.Numbers))
            .Select(failure => failure.FailureId),
    ];
}
