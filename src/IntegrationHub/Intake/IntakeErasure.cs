using System.Text;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>What intake holds for the stations, sealed by the hub's own key and not by the person's: who it is about must be looked up inside.</summary>
internal static class IntakeErasure
{
    internal const string WaitingSql = """
        select chunk_id
          from intake.chunk
         where state = 'WAITING'
         order by chunk_id
        """;

    internal const string BodySql = """
        select body
          from intake.chunk
         where chunk_id = $1
           and state = 'WAITING'
           and body is not null
           for update
        """;

    internal const string RewriteSql = """
        update intake.chunk
           set body = $2
         where chunk_id = $1
        """;

    internal const string RepairsSql = """
        select file_id, row_number, sealed
          from intake.repair
        """;

    internal const string ForgetRepairsSql = """
        delete from intake.repair r
         using unnest($1::int[], $2::bigint[]) as row (file_id, row_number)
         where r.file_id = row.file_id
           and r.row_number = row.row_number
        """;

    internal const string ArchivedSql = """
        select distinct archive_ref
          from intake.file
         where archive_ref <> ''
        """;

    /// <summary>Writes waiting chunks anew without some records; how many chunks had any.</summary>
    public static async Task<int> CutFromChunks(
        HubTransaction work, Keyring keyring, Func<CanonicalRecord, bool> isTheirs, CancellationToken cancellationToken)
    {
        var cut = 0;
        foreach (var chunkId in await work.Query(WaitingSql, [], row => row.GetGuid(0), cancellationToken))
        {
            var body = (await work.Query(BodySql, [Parameter.As(chunkId)], row => row.GetFieldValue<byte[]>(0), cancellationToken)).SingleOrDefault();
            if (body is null || ChunkBody.Open(keyring, body) is not { } records || !records.Any(isTheirs))
                continue;
            // The count stays: what is missing is held, as it would be had it come a day later.
            var rest = records.Select(record => isTheirs(record) ? Emptied(record) : record).ToList();
            await work.Execute(RewriteSql, [Parameter.As(chunkId), Parameter.Bytes(ChunkBody.Seal(keyring, rest))], cancellationToken);
            cut++;
        }

        return cut;
    }

    /// <summary>Waiting chunks that still hold something of theirs.</summary>
    public static async Task<int> ChunksWith(
        HubTransaction work, Keyring keyring, IReadOnlyCollection<string> words, CancellationToken cancellationToken)
    {
        var found = 0;
        foreach (var chunkId in await work.Query(WaitingSql, [], row => row.GetGuid(0), cancellationToken))
        {
            var body = (await work.Query(BodySql, [Parameter.As(chunkId)], row => row.GetFieldValue<byte[]>(0), cancellationToken)).SingleOrDefault();
            found += body is not null && Says(keyring.OpenFromStore(body), words) ? 1 : 0;
        }

        return found;
    }

    /// <summary>Rows with a repair in which any of these words stands; read one by one, however many there are.</summary>
    public static async Task<List<(int FileId, long Row)>> RepairedRowsWith(
        HubTransaction work, Keyring keyring, IReadOnlyCollection<string> words, CancellationToken cancellationToken)
    {
        var rows = new HashSet<(int, long)>();
        await using var command = work.Command(RepairsSql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            if (Says(keyring.OpenFromStore(row.GetFieldValue<byte[]>(2)), words))
                rows.Add((row.GetInt32(0), row.GetInt64(1)));
        }

        return [.. rows];
    }

    public static Task<int> ForgetRepairs(
        HubTransaction work, IReadOnlyList<(int FileId, long Row)> rows, CancellationToken cancellationToken) =>
        work.Execute(
            ForgetRepairsSql,
            [Parameter.As(rows.Select(row => row.FileId).ToArray()), Parameter.As(rows.Select(row => row.Row).ToArray())],
            cancellationToken);

    /// <summary>Archived files in which a number stands. They stay sealed until retention deletes them.</summary>
    public static async Task<int> ArchivedWith(
        HubTransaction work, Archive archive, string number, CancellationToken cancellationToken)
    {
        var found = 0;
        foreach (var reference in await work.Query(ArchivedSql, [], row => row.GetString(0), cancellationToken))
            found += archive.Holds(reference) && archive.Says(reference, Encoding.ASCII.GetBytes(number)) ? 1 : 0;
        return found;
    }

    // The owner of an emptied record cannot be known from it, so it ends as what its source stopped sending.
    private static EndedRecord Emptied(CanonicalRecord record) => new()
    {
        SourceKey = record.SourceKey,
        Version = record.Version,
        ContentHash = Guid.Empty,
        Type = "",
    };

    // JSON writes letters beyond ASCII as escapes or as they are; both are looked for.
    internal static bool Says(byte[] plain, IReadOnlyCollection<string> words)
    {
        var text = Encoding.UTF8.GetString(plain);
        Array.Clear(plain);
        return words.Any(word => text.Contains(word, StringComparison.Ordinal)
            || text.Contains(System.Text.Json.JsonEncodedText.Encode(word).ToString(), StringComparison.OrdinalIgnoreCase));
    }
}
