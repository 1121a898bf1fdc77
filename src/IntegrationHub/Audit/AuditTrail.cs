using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Audit;

/// <summary>One audit entry that refers to a thing.</summary>
public sealed record TrailEntry(long Sequence, string Actor, string Subject, string Detail, Guid? Reference);

/// <summary>
/// All audit entries of one action, in the order of the things their detail refers to, read page by page through one
/// cursor: the other side of a merge with the things themselves, however many there are.
/// </summary>
public sealed class AuditTrail
{
    // A cursor belongs to its transaction and ends with it; declaring and fetching cannot be prepared.
    private const string Declare = """
        declare audit_trail no scroll cursor for
        select sequence, actor, subject, detail, (detail::jsonb ->> $2)::uuid as reference
          from audit.entry
         where action = $1
           and ($3::uuid is null or (detail::jsonb ->> $2)::uuid > $3)
         order by reference, sequence
        """;

    private const string Fetch = """
        fetch forward 500 from audit_trail
        """;

    private readonly HubTransaction _work;
    private readonly Queue<TrailEntry> _read = [];
    private bool _ended;

    private AuditTrail(HubTransaction work) => _work = work;

    /// <summary>Opens the trail; one at a time in a transaction.</summary>
    /// <param name="work">The open transaction.</param>
    /// <param name="action">The action the entries have.</param>
    /// <param name="reference">The member of their detail that holds the id of the thing.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <param name="after">Only entries about things after this id; null for all, also those about nothing.</param>
    public static async Task<AuditTrail> Open(
        HubTransaction work, string action, string reference, CancellationToken cancellationToken, Guid? after = null)
    {
        await work.Execute(
            Declare, [Parameter.Text(action), Parameter.Text(reference), Parameter.Uuid(after)], cancellationToken);
        return new AuditTrail(work);
    }

    /// <summary>The next entries, up to and with those that refer to this thing.</summary>
    public async Task<IReadOnlyList<TrailEntry>> TakeThrough(Guid reference, CancellationToken cancellationToken)
    {
        var taken = new List<TrailEntry>();
        while (await Next(cancellationToken) is { Reference: { } next } && next.CompareTo(reference) <= 0)
            taken.Add(_read.Dequeue());
        return taken;
    }

    /// <summary>The next entry, not taken, or null at the end. Entries that refer to nothing come last.</summary>
    public async Task<TrailEntry?> Next(CancellationToken cancellationToken)
    {
        if (_read.Count == 0 && !_ended)
        {
            foreach (var entry in await _work.Query(Fetch, [], Read, cancellationToken))
                _read.Enqueue(entry);
            _ended = _read.Count == 0;
        }

        return _read.TryPeek(out var next) ? next : null;
    }

    private static TrailEntry Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.ValueOrNull<Guid>(4));
}
