using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>
/// Lands the pages of a partner's API. A page, its account and the cursor behind it are one commit, so that a crash
/// repeats no page and loses none.
/// </summary>
public sealed class RecordIntake(HubDatabase database, RecordInbox inbox, TimeProvider time)
{
    internal const string CursorSql = """
        select cursor
          from intake.stream
         where stream_id = $1
        """;

    internal const string MoveCursorSql = """
        update intake.stream
           set cursor = $2
         where stream_id = $1
        """;

    internal const string RewindSql = """
        update intake.stream
           set cursor = null
         where source = $1
           and type = $2
        """;

    internal const string AddFileSql = """
        insert into intake.file (run_id, stream_id, name, type, digest, archive_ref, as_of, seq, state, received_at)
        values ($1, $2, $3, $4, '', '', $5, 0, 'DONE', $5)
        returning file_id
        """;

    internal const string RowsSql = """
        select rows
          from intake.file
         where file_id = $1
        """;

    internal const string CountPageSql = """
        update intake.file
           set rows        = rows + $2
             , parsed      = parsed + $2
             , quarantined = quarantined + $3
         where file_id = $1
        """;

    /// <summary>Makes the next taking of this type begin at the beginning; what is known already has no second effect.</summary>
    public static Task Rewind(HubTransaction work, string source, string type, CancellationToken cancellationToken) =>
        work.Execute(RewindSql, [Parameter.Text(source), Parameter.Text(type)], cancellationToken);

    public async Task Take(Guid runId, IRecordFeed feed, string type, string name, CancellationToken cancellationToken)
    {
        var (streamId, fileId, cursor) = await Open(runId, feed.Source, type, name, cancellationToken);
        await foreach (var page in feed.Pages(type, cursor, cancellationToken))
        {
            await using var work = await database.Begin(cancellationToken);
            await inbox.Land(work, runId, fileId, page.Records, cancellationToken);
            await SetAside(work, fileId, page, cancellationToken);
            await work.Execute(
                CountPageSql,
                [Parameter.As(fileId), Parameter.As((long)(page.Records.Count + page.Malformed.Count)), Parameter.As((long)page.Malformed.Count)],
                cancellationToken);
            await work.Execute(MoveCursorSql, [Parameter.As(streamId), Parameter.Text(page.Cursor)], cancellationToken);
            await work.Commit(cancellationToken);
        }
    }

    private static async Task SetAside(HubTransaction work, int fileId, RecordPage page, CancellationToken cancellationToken)
    {
        if (page.Malformed.Count == 0)
            return;
        var before = (await work.Query(RowsSql, [Parameter.As(fileId)], row => row.GetInt64(0), cancellationToken)).Single();
        await QuarantineStore.Add(
            work, fileId,
            [.. page.Malformed.Select(at => new QuarantinedRow(before + at + 1, ["record.malformed"], [RowReading.WholeRow], 0, 0))],
            cancellationToken);
    }

    private async Task<(int StreamId, int FileId, string? Cursor)> Open(
        Guid runId, string source, string type, string name, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var stream = await FileStore.Stream(work, source, type, "", cancellationToken);
        var file = await FileStore.OfRun(work, runId, name, cancellationToken);
        var fileId = file?.FileId ?? (await work.Query(
            AddFileSql,
            [
                Parameter.As(runId), Parameter.As(stream.StreamId), Parameter.Text(name), Parameter.Text(type),
                Parameter.Instant(time.GetUtcNow()),
            ],
            row => row.GetInt32(0),
            cancellationToken)).Single();
        var cursor = (await work.Query(CursorSql, [Parameter.As(stream.StreamId)], row => row.TextOrNull(0), cancellationToken)).Single();
        await work.Commit(cancellationToken);
        return (stream.StreamId, fileId, cursor);
    }
}
