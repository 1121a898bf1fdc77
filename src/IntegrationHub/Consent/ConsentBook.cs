using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Consent;

/// <summary>
/// What was read of one person's ledger: the events a decision may rest on, and for each of the person's keys the last
/// entry that was read, so that the same can be read again.
/// </summary>
public sealed record PersonLedger(IReadOnlyList<ConsentEvent> Events, IReadOnlyDictionary<Guid, long> Read)
{
    public static readonly PersonLedger Empty = new([], new Dictionary<Guid, long>());
}

/// <summary>The ledgers of some people, to be asked person by person: a person may have several keys.</summary>
public sealed class ConsentBook(IReadOnlyList<LedgerEntry> entries)
{
    private readonly ILookup<Guid, LedgerEntry> _entries = entries.ToLookup(entry => entry.PersonKey);

    public IReadOnlyList<LedgerEntry> Entries => entries;

    /// <summary>Everything of the person whose keys these are.</summary>
    public PersonLedger Of(IReadOnlyCollection<Guid> keys) => new(
        [.. keys.SelectMany(key => _entries[key]).Where(MayDecide).Select(entry => Heard(entry, keys, DateTimeOffset.MaxValue))],
        keys.ToDictionary(key => key, key => _entries[key].Select(entry => entry.Number).DefaultIfEmpty().Max()));

    /// <summary>The same as it was when it had been read so far, at that instant.</summary>
    public IReadOnlyList<ConsentEvent> AsRead(IReadOnlyDictionary<Guid, long> read, DateTimeOffset at) =>
    [
        .. read.SelectMany(key => _entries[key.Key].Where(entry => entry.Number <= key.Value))
            .Where(MayDecide)
            .Select(entry => Heard(entry, [.. read.Keys], at)),
    ];

    private static bool MayDecide(LedgerEntry entry) => entry.Origin != ConsentOrigin.Clock;

    // A consent that was told of two people is a contradiction like any other: it gives neither of them anything.
    private static ConsentEvent Heard(LedgerEntry entry, IReadOnlyCollection<Guid> keys, DateTimeOffset at) =>
        entry.ToldOfOthers.Any(other => other.Since <= at && !keys.Contains(other.PersonKey))
            ? entry.Event with { Type = ConsentEventType.Invalidated }
            : entry.Event;
}
