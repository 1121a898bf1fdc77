using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;

namespace IntegrationHub.Aid;

/// <summary>The book of charity aid as a whole, for whoever compares it with other books.</summary>
public static class AidBook
{
    internal const string LinesSql = """
        select aid_id, uscc, amount, field_hash, referral_id is not null, recorded_at, reported_at
          from aid.charity_aid
        """;

    internal const string RecordedSql = """
        select count(*)
          from aid.charity_aid
         where recorded_at > $1
           and recorded_at <= $2
        """;

    public static Task<List<AidBookLine>> Lines(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(
            LinesSql, [],
            row => new AidBookLine
            {
                AidId = row.GetString(0),
                Uscc = row.GetString(1),
                Amount = row.ValueOrNull<decimal>(2),
                FieldHash = row.GetString(3),
                HasReferral = row.GetBoolean(4),
                RecordedAt = row.GetFieldValue<DateTimeOffset>(5),
                ReportedAt = row.ValueOrNull<DateTimeOffset>(6),
            },
            cancellationToken);

    /// <summary>Aids that came to be known after one instant and up to another; corrections are none.</summary>
    public static async Task<long> Recorded(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var counts = await work.Query(
            RecordedSql, [Parameter.Instant(since), Parameter.Instant(until)], row => row.GetInt64(0), cancellationToken);
        return counts.Single();
    }
}
