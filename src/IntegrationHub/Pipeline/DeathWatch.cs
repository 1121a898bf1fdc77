using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;

namespace IntegrationHub.Pipeline;

/// <summary>What an operator found out about a person's death.</summary>
/// <param name="PersonKey">Any key of the person.</param>
/// <param name="Status">A <see cref="DeathStatus"/>.</param>
/// <param name="Evidence">Reference or hash of what shows it; a confirmation needs one.</param>
/// <param name="By">Who looked.</param>
/// <param name="Reason">Why, without personal data.</param>
public sealed record DeathFinding(Guid PersonKey, string Status, string? Evidence, string By, string Reason);

/// <summary>
/// Deaths as they are noted by records and found out by people (P15, scenario 26): a note holds everything, a person's
/// finding confirms it or lets it go on, and each change is told once.
/// </summary>
public sealed class DeathWatch(
    HubDatabase database, MessageOutbox outbox, IdentityStation identity, Keyring keyring, TimeProvider time)
{
    private const string Hub = "hub";

    /// <summary>Looks at the members that were kept: who is noted dead, and who is no more.</summary>
    public async Task AfterMembers(
        HubTransaction work, IReadOnlyCollection<MemberRecord> kept, bool allNew, CancellationToken cancellationToken)
    {
        var noted = kept.Where(member => member.IsNotedDead)
            .Select(member => (member.SourceKey, PersonKey: identity.WhoseIs(member).PersonKey)).ToList();
        var people = noted.Select(note => note.PersonKey).ToHashSet();
        if (!allNew)
        {
            Guid[] plain = [.. kept.Where(member => !member.IsNotedDead).Select(member => member.SourceKey)];
            people.UnionWith(await DeathBook.Clear(work, plain, cancellationToken));
        }

        if (people.Count == 0)
            return;
        var now = time.GetUtcNow();
        await DeathBook.Note(work, noted, now, cancellationToken);
        var newest = await DeathBook.Newest(work, people, cancellationToken);
        var notes = await DeathBook.Notes(work, people, cancellationToken);
        var changes = people.Order()
            .Select(key => (Key: key, Status: DeathRules.ChangeBy(newest.GetValueOrDefault(key), [.. notes[key]])))
            .Where(change => change.Status is not null)
            .Select(change => new DeathWord
            {
                PersonKey = change.Key,
                Status = change.Status!, // filtered above
                Origin = DeathWord.FromRecord,
                SaidBy = Hub,
                Reason = "name.deceased_note",
                At = now,
            })
            .ToList();
        if (changes.Count == 0)
            return;
        await DeathBook.Add(work, changes, cancellationToken);
        await Tell(work, [.. changes.Select(word => (word.PersonKey, word.Status))], now, cancellationToken);
    }

    /// <summary>Records a finding; false if it says what is known already.</summary>
    public async Task<bool> Find(DeathFinding finding, CancellationToken cancellationToken)
    {
        if (finding.Status is not (DeathStatus.None or DeathStatus.Suspected or DeathStatus.Confirmed))
            throw Invalid("The status is NONE, SUSPECTED or CONFIRMED.");
        if (finding.Status == DeathStatus.Confirmed && string.IsNullOrWhiteSpace(finding.Evidence))
            throw Invalid("A confirmed death needs evidence.");
        await using var work = await database.Begin(cancellationToken);
        var person = (await PersonBook.KeysOf(work, [finding.PersonKey], cancellationToken)).Values.Single();
        var newest = await DeathBook.Newest(work, person.Keys, cancellationToken);
        Guid[] other = [.. person.Keys.Where(key => (newest.GetValueOrDefault(key)?.Status ?? DeathStatus.None) != finding.Status)];
        if (other.Length == 0)
            return false;

        var now = time.GetUtcNow();
        await DeathBook.Add(
            work,
            [
                .. other.Select(key => new DeathWord
                {
                    PersonKey = key,
                    Status = finding.Status,
                    Origin = DeathWord.FromOperator,
                    Evidence = finding.Evidence,
                    SaidBy = finding.By,
                    Reason = finding.Reason,
                    At = now,
                }),
            ],
            cancellationToken);
        await Tell(work, [(person.PersonKey, finding.Status)], now, cancellationToken);
        await AuditLog.Append(
            work,
            new AuditFact($"operator:{finding.By}", "person.death", $"{ReferenceTo(person.PersonKey)}", new
            {
                status = finding.Status,
                evidence = finding.Evidence,
                reason = finding.Reason,
            }),
            time, cancellationToken);
        await work.Commit(cancellationToken);
        return true;
    }

    private async Task Tell(
        HubTransaction work, IReadOnlyCollection<(Guid PersonKey, string Status)> changed, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var events = changed.Select(change => new HubEvent
        {
            EventId = keyring.Index("event", $"death|{change.PersonKey:N}|{change.Status}|{at.UtcTicks}"),
            Type = "person.death-changed",
            Subject = ReferenceTo(change.PersonKey).ToString(),
            Time = at,
            Data = JsonSerializer.Serialize(
                new { personRef = ReferenceTo(change.PersonKey), status = change.Status }, JsonSerializerOptions.Web),
        });
        await outbox.Send(work, new EventsRecorded { Events = [.. events] }, cancellationToken);
        await PeopleChanges.Tell(work, outbox, [.. changed.Select(change => change.PersonKey)], cancellationToken);
    }

    // A person key never leaves: outside the hub a reference stands for it that nobody can turn back.
    private Guid ReferenceTo(Guid personKey) => keyring.Index("person-ref", personKey.ToString("N"));

    private static HubProblemException Invalid(string detail) => new("request.invalid", detail, "Correct it and try again.");
}
