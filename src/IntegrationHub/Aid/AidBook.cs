using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Aid;

/// <summary>The book of charity aid as a whole, for whoever compares it with other books.</summary>
public static class AidBook
{
    internal const string LinesSql = """
        select aid_id, uscc, amount, field_hash, referral_id is not null, recorded_at, reported_at
          from aid.charity_aid
        """;

    // What the partner lacks by right hangs outside its tree and is looked at by itself.
    internal const string LinesWithinSql = """
        select aid_id, uscc, amount, field_hash, referral_id is not null, recorded_at, reported_at
          from aid.charity_aid a
          join unnest($1::int[], $2::int[]) as place (first, last) on a.bucket between place.first and place.last
         union
        select aid_id, uscc, amount, field_hash, referral_id is not null, recorded_at, reported_at
          from aid.charity_aid
         where $3
           and (referral_id is null or reported_at is null)
        """;

    internal const string TreeCopy = """
        copy (select bucket, field_hash, amount, referral_id is not null and reported_at is not null
                from aid.charity_aid)
          to stdout (format binary)
        """;

    internal const string RecordedSql = """
        select count(*)
          from aid.charity_aid
         where recorded_at > $1
           and recorded_at <= $2
        """;

    public static Task<List<AidBookLine>> Lines(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(LinesSql, [], Read, cancellationToken);

    /// <summary>The lines of some leaves of the tree, and where <paramref name="untoldToo"/> those no partner was told of.</summary>
    public static Task<List<AidBookLine>> LinesWithin(
        HubTransaction work, IReadOnlyCollection<(int First, int Last)> leaves, bool untoldToo, CancellationToken cancellationToken) =>
        work.Query(
            LinesWithinSql,
            [
                Parameter.Column(leaves, leaf => leaf.First, NpgsqlDbType.Integer),
                Parameter.Column(leaves, leaf => leaf.Last, NpgsqlDbType.Integer), Parameter.As(untoldToo),
            ],
            Read, cancellationToken);

    /// <summary>Gives every line to whoever builds a tree of them: its leaf, hash and amount, and whether civil affairs was told of it.</summary>
    public static async Task ForTree(
        HubTransaction work, Action<int, string, decimal?, bool> add, CancellationToken cancellationToken)
    {
        await using var lines = await work.CopyOut(TreeCopy, cancellationToken);
        while (await lines.StartRowAsync(cancellationToken) != -1)
        {
            var leaf = await lines.ReadAsync<int>(NpgsqlDbType.Integer, cancellationToken);
            var hash = await lines.ReadAsync<string>(NpgsqlDbType.Text, cancellationToken);
            decimal? amount = lines.IsNull ? null : await lines.ReadAsync<decimal>(NpgsqlDbType.Numeric, cancellationToken);
            if (amount is null)
                await lines.SkipAsync(cancellationToken);
            add(leaf, hash, amount, await lines.ReadAsync<bool>(NpgsqlDbType.Boolean, cancellationToken));
        }
    }

    private static AidBookLine Read(NpgsqlDataReader row) => new()
    {
        AidId = row.GetString(0),
        Uscc = row.GetString(1),
        Amount = row.ValueOrNull<decimal>(2),
        FieldHash = row.GetString(3),
        HasReferral = row.GetBoolean(4),
        RecordedAt = row.GetFieldValue<DateTimeOffset>(5),
        ReportedAt = row.ValueOrNull<DateTimeOffset>(6),
    };

    /// <summary>Aids that came to be known after one instant and up to another; corrections are none.</summary>
    public static async Task<long> Recorded(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var counts = await work.Query(
            RecordedSql, [Parameter.Instant(since), Parameter.Instant(until)], row => row.GetInt64(0), cancellationToken);
        return counts.Single();
    }
}
