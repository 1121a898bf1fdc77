using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Rights;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>
/// Erases a person (P13, docs/adr/2611-erasure-and-retention.md): one proposes, another approves; then every key and every
/// value that could name them goes, in one transaction that nothing taking records in can overlap, and what was destroyed is
/// tried with every key there is. Evidence stays: what was decided and released, without whom it names.
/// </summary>
public sealed class ErasureDesk(
    HubDatabase database, PersonFinder finder, ErasureStores stores, IdentityStation identity, Keyring keyring, TimeProvider time)
{
    /// <summary>The first call proposes, the call of a second person erases and proves.</summary>
    /// <exception cref="HubProblemException">
    /// A hold stands, a consent is in force, the number is contested, or the same person approves (<c>hold.active</c>,
    /// <c>shred.consent_active</c>, <c>shred.contested</c>, <c>shred.same_person</c>).
    /// </exception>
    public async Task<ErasureReport> Shred(RightsOrder asked, CancellationToken cancellationToken)
    {
        var order = asked.Checked();
        await using var work = await database.Begin(cancellationToken);
        var person = await finder.Find(work, order.Person, cancellationToken);
        await Refuse(work, person, cancellationToken);
        if (await ErasureStore.Proposed(work, person.Keys, cancellationToken) is not { } proposed)
            return await Propose(work, person, order, cancellationToken);
        if (proposed.ProposedBy == order.By)
        {
            throw new HubProblemException(
                "shred.same_person", "An erasure is approved by another than who proposed it.", "Ask a colleague to approve it.");
        }

        return await Erase(work, person, proposed, order, cancellationToken);
    }

    /// <summary>Lets an erased person come in again, because they ask for help anew: what comes from now on is theirs.</summary>
    public async Task<bool> Readmit(RightsOrder asked, CancellationToken cancellationToken)
    {
        var order = asked.Checked();
        await using var work = await database.Begin(cancellationToken);
        var person = await finder.Find(work, order.Person, cancellationToken);
        if (await ErasedPeople.Readmit(work, person.Keys, cancellationToken) == 0)
            return false;
        var fact = new AuditFact($"operator:{order.By}", "person.readmitted", $"{person.PersonKey}", new { reason = order.Reason });
        await AuditLog.Append(work, fact, time, cancellationToken);
        await work.Commit(cancellationToken);
        return true;
    }

    private async Task Refuse(HubTransaction work, PersonKeys person, CancellationToken cancellationToken)
    {
        if (await LegalHolds.Covers(work, person, cancellationToken))
        {
            throw new HubProblemException(
                "hold.active", "A legal hold covers this person or one of their referrals.", "See `hub hold list`; erase when it is lifted.");
        }

        if (await PersonErasure.IsContested(work, person, cancellationToken))
        {
            throw new HubProblemException(
                "shred.contested", "Several people claim this number, and erasing it would erase them all.",
                "Settle who is who with `hub review`, then try again.");
        }

        var events = (await ConsentLedger.EventsOf(work, person.Keys, cancellationToken)).Of(person.Keys).Events;
        if (ConsentFold.Fold(events, time.GetUtcNow()).Any(state => state.Standing == ConsentStanding.Active && !(state.ValidTo < HubDay())))
        {
            throw new HubProblemException(
                "shred.consent_active", "A consent of this person is in force.",
                "Withdraw it first, so that who received anything is told to delete it; then erase.");
        }
    }

    private DateOnly HubDay() => Policy.HubCalendar.DayOf(time.GetUtcNow());

    private async Task<ErasureReport> Propose(
        HubTransaction work, PersonKeys person, RightsOrder order, CancellationToken cancellationToken)
    {
        var held = await PersonHoldings.Of(work, person, HubDay(), cancellationToken);
        if (held.All == 0 && (await PersonsNeeds.Of(work, person.Keys, cancellationToken)).Count == 0
            && (await SubjectKeys.Load(work, keyring, person.Keys.ToList(), cancellationToken)).Count == 0)
            throw PersonFinder.NotFound();
        var now = time.GetUtcNow();
        var proposal = new ProposedErasure(Guid.CreateVersion7(now), person.PersonKey, order.By, order.Reason, now);
        await ErasureStore.Propose(work, proposal, cancellationToken);
        await Note(work, order.By, "person.erasure_proposed", proposal, new { reason = order.Reason }, cancellationToken);
        await work.Commit(cancellationToken);
        return new ErasureReport.Proposed(proposal.ErasureId, person.PersonKey, order.By);
    }

    private async Task<ErasureReport> Erase(
        HubTransaction work, PersonKeys person, ProposedErasure erasure, RightsOrder order, CancellationToken cancellationToken)
    {
        await ErasedPeople.Lock(work, cancellationToken);
        var keys = await PersonErasure.KeysToDestroy(work, person, cancellationToken);
        var sealedBefore = new List<byte[]>();
        sealedBefore.AddRange(await PersonErasure.Sealed(work, keys, cancellationToken));
        sealedBefore.AddRange(await NeedErasure.Sealed(work, keys, cancellationToken));
        var words = await new ProfileReader(keyring).Words(work, keys, cancellationToken);
        var destroyed = await stores.Destroy(
            work, person, keys, words, record => identity.OwnerOf(record) is { } owner && keys.Contains(owner), cancellationToken);
        var now = time.GetUtcNow();
        await ErasureStore.Done(work, erasure.ErasureId, order.By, now, cancellationToken);
        await Note(work, order.By, "person.erased", erasure, new { reason = erasure.Reason, erasure.ProposedBy, destroyed }, cancellationToken);
        await work.Commit(cancellationToken);

        destroyed["copies of taken files"] = stores.ForgetTaken(DateTimeOffset.MaxValue); // the archive has them all
        var proof = await Prove(erasure, keys, words, sealedBefore, destroyed, order.By, cancellationToken);
        return new ErasureReport.Done(erasure.ErasureId, person.PersonKey, proof);
    }

    // After the commit, from outside it: what a reader of the database could do who has every key of the hub.
    private async Task<ErasureProof> Prove(
        ProposedErasure erasure, IReadOnlyList<Guid> keys, PersonWords words, List<byte[]> sealedBefore,
        Dictionary<string, long> destroyed, string by, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var (tried, opened) = await SubjectKeys.TryAll(work, keyring, sealedBefore, cancellationToken);
        var left = (await PersonErasure.Sealed(work, keys, cancellationToken)).Count + (await NeedErasure.Sealed(work, keys, cancellationToken)).Count;
        var proof = new ErasureProof
        {
            Destroyed = destroyed,
            SealedValues = sealedBefore.Count,
            KeysTried = tried,
            Opened = opened,
            StillFound = left + await stores.StillFound(work, words, cancellationToken),
            ArchivedFiles = await stores.Archived(work, words, cancellationToken),
        };
        await ErasureStore.Proven(work, erasure.ErasureId, JsonSerializer.Serialize(proof, JsonSerializerOptions.Web), cancellationToken);
        await Note(work, by, "person.erasure_proven", erasure, proof, cancellationToken);
        await work.Commit(cancellationToken);
        return proof.Holds ? proof : throw new HubProblemException(
            "shred.unproven", $"Erasure {erasure.ErasureId}: {proof.Opened} values opened and the person stands in {proof.StillFound} places.",
            "Report to the security officer at once; what was destroyed stays destroyed.");
    }

    private Task Note(
        HubTransaction work, string by, string action, ProposedErasure erasure, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work, new AuditFact($"operator:{by}", action, $"{erasure.PersonKey}", new { erasureId = erasure.ErasureId, detail }), time,
            cancellationToken);
}
