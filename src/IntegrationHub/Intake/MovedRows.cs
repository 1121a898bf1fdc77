using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>
/// Rows that left one county's snapshot and may stand in another's: whoever moved has not ended, and while another
/// county's snapshot is late nobody can tell (scenario 21).
/// </summary>
internal static class MovedRows
{
    internal const string AliveElsewhereSql = """
        select distinct s.row_key
          from intake.stream own
          join intake.stream other on other.source = own.source and other.type = own.type and other.stream_id <> own.stream_id
          join intake.row_state s on s.stream_id = other.stream_id
         where own.stream_id = $1
           and s.row_key = any ($2)
           and s.missing = 0
        """;

    internal const string SomeoneIsLateSql = """
        select exists (select
                         from intake.stream own
                         join intake.stream other on other.source = own.source and other.type = own.type
                        where own.stream_id = $1
                          and other.last_as_of < own.last_as_of)
        """;

    /// <summary>Those of the keys that another county's last snapshot has.</summary>
    public static async Task<HashSet<Guid>> AliveElsewhere(
        HubTransaction work, int streamId, Guid[] keys, CancellationToken cancellationToken) =>
        [.. await work.Query(AliveElsewhereSql, [Parameter.As(streamId), Parameter.As(keys)], row => row.GetGuid(0), cancellationToken)];

    /// <summary>True when another county's last snapshot is older than this one's last.</summary>
    public static async Task<bool> SomeoneIsLate(HubTransaction work, int streamId, CancellationToken cancellationToken) =>
        (await work.Query(SomeoneIsLateSql, [Parameter.As(streamId)], row => row.GetBoolean(0), cancellationToken)).Single();
}
