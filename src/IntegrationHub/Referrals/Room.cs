using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>
/// How many more cases organisations can have open, by what they declare. Two routings at once may both see the last place;
/// one more case is then open than declared, which the organisation can decline.
/// </summary>
public sealed class Room
{
    private readonly Dictionary<string, int> _free;

    /// <param name="organisations">The directory.</param>
    /// <param name="open">Cases open now, by organisation.</param>
    public Room(IEnumerable<Organisation> organisations, IReadOnlyDictionary<string, long> open) =>
        _free = organisations.Where(organisation => organisation.Capacity is not null).ToDictionary(
            organisation => organisation.Uscc, organisation => organisation.Capacity!.Value - (int)open.GetValueOrDefault(organisation.Uscc));

    internal const string OpenSql = """
        select uscc, count(*)
          from referrals.referral
         where uscc = any ($1)
           and state in ('OFFERED', 'ACCEPTED', 'RELEASED', 'IN_PROGRESS', 'ON_HOLD', 'AIDED_PARTIAL')
         group by uscc
        """;

    /// <summary>The room there is now; organisations that declare nothing are not counted.</summary>
    public static async Task<Room> Load(
        HubTransaction work, IReadOnlyList<Organisation> organisations, CancellationToken cancellationToken)
    {
        var limited = organisations.Where(organisation => organisation.Capacity is not null).Select(one => one.Uscc).ToArray();
        var open = limited.Length == 0 ? [] : await work.Query(
            OpenSql, [Parameter.As(limited)], row => (Uscc: row.GetString(0), Count: row.GetInt64(1)), cancellationToken);
        return new Room(organisations, open.ToDictionary(row => row.Uscc, row => row.Count));
    }

    public bool IsFull(string uscc) => _free.TryGetValue(uscc, out var left) && left <= 0;

    /// <summary>Keeps the count while needs of one page are decided one after the other.</summary>
    internal void Follow(Referral? before, IReadOnlyList<ReferralStep> steps)
    {
        if (steps.Count == 0)
            return;
        if (before is { Uscc: { } holder } && ReferralStates.HasOrganisation(before.State))
            Change(holder, 1);
        if (steps[^1] is { State: ReferralState.Offered, Uscc: { } next })
            Change(next, -1);
    }

    private void Change(string uscc, int by)
    {
        if (_free.TryGetValue(uscc, out var left))
            _free[uscc] = left + by;
    }
}
