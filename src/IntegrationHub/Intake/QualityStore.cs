using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>How often one rule put a column right, or one problem set its rows aside.</summary>
public sealed record QualityCount(string Column, string Code, long Count);

/// <summary>What one sender's files of one type were like: rows seen, rows that had changed and were read, what was wrong with them.</summary>
public sealed record SenderQuality
{
    public required string Source { get; init; }
    public required string Area { get; init; }
    public required string Type { get; init; }
    public required long Files { get; init; }
    public required long Rows { get; init; }

    /// <summary>Rows that were decoded; the others were as the night before and were not looked into.</summary>
    public required long Read { get; init; }
    public required IReadOnlyList<QualityCount> Repairs { get; init; }
    public required IReadOnlyList<QualityCount> Problems { get; init; }
}

/// <summary>Data quality by sender, type, column and rule: counts only, never a value.</summary>
public static class QualityStore
{
    internal const string SendersSql = """
        select s.source, s.area, s.type, count(*), sum(f.rows)::bigint, sum(f.parsed)::bigint
          from intake.file f
          join intake.stream s on s.stream_id = f.stream_id
         where f.state in ('LANDING', 'DONE')
           and ($1 is null or s.source = $1)
         group by s.source, s.area, s.type
         order by s.source, s.area, s.type
        """;

    internal const string RepairsSql = """
        select s.source, s.area, s.type, r.column_name, one.rule, count(*)
          from intake.repair r
          join intake.file f on f.file_id = r.file_id
          join intake.stream s on s.stream_id = f.stream_id
         cross join lateral string_to_table(r.rule, '+') as one (rule)
         where $1 is null
            or s.source = $1
         group by s.source, s.area, s.type, r.column_name, one.rule
         order by count(*) desc, r.column_name, one.rule
        """;

    internal const string ProblemsSql = """
        select s.source, s.area, s.type, p.column_name, p.code, count(*)
          from intake.quarantine q
          join intake.file f on f.file_id = q.file_id
          join intake.stream s on s.stream_id = f.stream_id
         cross join lateral unnest(q.columns, q.codes) as p (column_name, code)
         where $1 is null
            or s.source = $1
         group by s.source, s.area, s.type, p.column_name, p.code
         order by count(*) desc, p.column_name, p.code
        """;

    /// <summary>Every sender whose files were landed; <paramref name="source"/> narrows it to one system.</summary>
    public static async Task<List<SenderQuality>> Report(HubTransaction work, string? source, CancellationToken cancellationToken)
    {
        var repairs = await Counts(work, RepairsSql, source, cancellationToken);
        var problems = await Counts(work, ProblemsSql, source, cancellationToken);
        return await work.Query(
            SendersSql,
            [Parameter.Text(source)],
            row =>
            {
                var sender = (row.GetString(0), row.GetString(1), row.GetString(2));
                return new SenderQuality
                {
                    Source = sender.Item1,
                    Area = sender.Item2,
                    Type = sender.Item3,
                    Files = row.GetInt64(3),
                    Rows = row.GetInt64(4),
                    Read = row.GetInt64(5),
                    Repairs = [.. repairs[sender]],
                    Problems = [.. problems[sender]],
                };
            },
            cancellationToken);
    }

    private static async Task<ILookup<(string Source, string Area, string Type), QualityCount>> Counts(
        HubTransaction work, string sql, string? source, CancellationToken cancellationToken)
    {
        var counts = await work.Query(
            sql,
            [Parameter.Text(source)],
            row => (
                Sender: (row.GetString(0), row.GetString(1), row.GetString(2)),
                Count: new QualityCount(row.GetString(3), row.GetString(4), row.GetInt64(5))),
            cancellationToken);
        return counts.ToLookup(count => count.Sender, count => count.Count);
    }
}
