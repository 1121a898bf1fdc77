using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>
/// Rows that left one county's snapshot and may stand in another's: whoever moved has not ended, and while another
/// county's snapshot is late nobody can tell (scenario 21).
/// </summary>
internal static class MovedRows
{
    internal const string OthersSql = """
        select other.stream_id
          from intake.stream own
          join intake.stream other on other.source = own.source and other.type = own.type and other.stream_id <> own.stream_id
         where own.stream_id = $1
         order by other.stream_id
        """;

    internal const string SomeoneIsLateSql = """
        select exists (select
                         from intake.stream own
                         join intake.stream other on other.source = own.source and other.type = own.type
                        where own.stream_id = $1
                          and other.last_as_of < own.last_as_of)
        """;

    /// <summary>Those of the keys that another county's last snapshot has.</summary>
    public static async Task<HashSet<UInt128>> AliveElsewhere(
        HubTransaction work, Keyring keyring, int streamId, IReadOnlyCollection<UInt128> keys, CancellationToken cancellationToken)
    {
        var others = await work.Query(OthersSql, [Parameter.As(streamId)], row => row.GetInt32(0), cancellationToken);
        var alive = new HashSet<UInt128>();
        foreach (var other in others)
        {
            var known = await RowSegments.Find(work, keyring, other, keys, cancellationToken);
            alive.UnionWith(known.Values.Where(entry => entry.Missing == 0).Select(entry => entry.Key));
        }

        return alive;
    }

    /// <summary>True when another county's last snapshot is older than this one's last.</summary>
    public static async Task<bool> SomeoneIsLate(HubTransaction work, int streamId, CancellationToken cancellationToken) =>
        (await work.Query(SomeoneIsLateSql, [Parameter.As(streamId)], row => row.GetBoolean(0), cancellationToken)).Single();
}
