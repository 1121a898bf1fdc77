using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Referrals;
using IntegrationHub.Rights;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>What a hold is about.</summary>
public abstract record HoldSubject
{
    private HoldSubject() { }

    public sealed record OfPerson(PersonReference Person) : HoldSubject;

    public sealed record OfReferral(Guid ReferralId) : HoldSubject;
}

/// <summary>Sets and lifts legal holds: while one stands, neither erasure nor retention touches what it covers (P14).</summary>
public sealed class LegalHolds(HubDatabase database, PersonFinder finder, TimeProvider time)
{
    /// <exception cref="HubProblemException">It stands already (<c>hold.exists</c>).</exception>
    public async Task<LegalHold> Set(HoldSubject subject, string by, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var (kind, keys) = await SubjectOf(work, subject, cancellationToken);
        var hold = new LegalHold
        {
            HoldId = Guid.CreateVersion7(time.GetUtcNow()),
            Kind = kind,
            Subject = keys[0],
            Reason = reason,
            SetBy = by,
            SetAt = time.GetUtcNow(),
        };
        if (!await HoldStore.Set(work, hold, cancellationToken))
            throw new HubProblemException("hold.exists", "It is held already.", "See `hub hold list`.");
        await Note(work, by, "hold.set", kind, keys[0], reason, cancellationToken);
        return hold;
    }

    /// <exception cref="HubProblemException">None stands (<c>hold.not_found</c>).</exception>
    public async Task Lift(HoldSubject subject, string by, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var (kind, keys) = await SubjectOf(work, subject, cancellationToken);
        if (!await HoldStore.Lift(work, kind, keys, by, reason, time.GetUtcNow(), cancellationToken))
            throw new HubProblemException("hold.not_found", "It is not held.", "See `hub hold list`.");
        await Note(work, by, "hold.lifted", kind, keys[0], reason, cancellationToken);
    }

    public async Task<IReadOnlyList<LegalHold>> List(bool alsoLifted, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await HoldStore.All(work, alsoLifted, cancellationToken);
    }

    /// <summary>True if a hold is on the person, under any of their keys, or on one of their referrals.</summary>
    internal static async Task<bool> Covers(HubTransaction work, PersonKeys person, CancellationToken cancellationToken)
    {
        var people = await HoldStore.Standing(work, LegalHold.Person, cancellationToken);
        var referrals = await HoldStore.Standing(work, LegalHold.Referral, cancellationToken);
        return people.Overlaps(person.Keys)
            || (referrals.Count > 0 && (await PersonsNeeds.Of(work, person.Keys, cancellationToken))
                .Any(need => need.ReferralId is { } referral && referrals.Contains(referral)));
    }

    // A person is held under the key that stands for them; a hold set under another of their keys is theirs too.
    private async Task<(string Kind, Guid[] Keys)> SubjectOf(HubTransaction work, HoldSubject subject, CancellationToken cancellationToken)
    {
        if (subject is HoldSubject.OfReferral referral)
            return (LegalHold.Referral, [referral.ReferralId]);
        var person = await finder.Find(work, ((HoldSubject.OfPerson)subject).Person, cancellationToken);
        return (LegalHold.Person, [person.PersonKey, .. person.Keys.Where(key => key != person.PersonKey)]);
    }

    private async Task Note(
        HubTransaction work, string by, string action, string kind, Guid subject, string reason, CancellationToken cancellationToken)
    {
        await AuditLog.Append(work, new AuditFact($"operator:{by}", action, $"{subject}", new { kind, reason }), time, cancellationToken);
        await work.Commit(cancellationToken);
    }
}
