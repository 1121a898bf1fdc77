using IntegrationHub.Database;

namespace IntegrationHub.Disclosure;

/// <summary>The certificate an organisation's files are sealed for.</summary>
public sealed record FileKey(string Uscc, byte[] Certificate, byte[] Thumbprint);

/// <summary>A file as it is on record: what it was called, the digest of its sealed bytes, how much was in it.</summary>
public sealed record ReleaseFileRow(
    Guid FileId, string Uscc, string Name, byte[] Digest, int Releases, int Deletions, DateTimeOffset BuiltAt);

/// <summary>Certificates of organisations without an API, and the files built for them.</summary>
public static class ReleaseFileBook
{
    internal const string KeySql = """
        select uscc, certificate, thumbprint
          from disclosure.file_key
         where uscc = $1
        """;

    internal const string RegisterSql = """
        insert into disclosure.file_key (uscc, certificate, thumbprint, registered_by, registered_at)
        values ($1, $2, $3, $4, $5)
            on conflict (uscc) do update
           set certificate   = excluded.certificate
             , thumbprint    = excluded.thumbprint
             , registered_by = excluded.registered_by
             , registered_at = excluded.registered_at
        """;

    internal const string AddSql = """
        insert into disclosure.release_file (file_id, uscc, name, digest, releases, deletions, built_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """;

    internal const string OfSql = """
        select file_id, uscc, name, digest, releases, deletions, built_at
          from disclosure.release_file
         where uscc = $1
         order by built_at, file_id
        """;

    internal const string CarrySql = """
        update disclosure.recall
           set file_id = $2
         where uscc = $1
           and acked_at is null
           and file_id is null
        returning recall_id
        """;

    internal static async Task<FileKey?> KeyOf(HubTransaction work, string uscc, CancellationToken cancellationToken) =>
        (await work.Query(
            KeySql, [Parameter.Text(uscc)],
            row => new FileKey(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)),
            cancellationToken)).SingleOrDefault();

    internal static Task Register(
        HubTransaction work, FileKey key, string by, DateTimeOffset at, CancellationToken cancellationToken) =>
        work.Execute(
            RegisterSql,
            [
                Parameter.Text(key.Uscc), Parameter.Bytes(key.Certificate), Parameter.Bytes(key.Thumbprint),
                Parameter.Text(by), Parameter.Instant(at),
            ],
            cancellationToken);

    internal static Task Add(HubTransaction work, ReleaseFileRow file, CancellationToken cancellationToken) => work.Execute(
        AddSql,
        [
            Parameter.As(file.FileId), Parameter.Text(file.Uscc), Parameter.Text(file.Name), Parameter.Bytes(file.Digest),
            Parameter.As(file.Releases), Parameter.As(file.Deletions), Parameter.Instant(file.BuiltAt),
        ],
        cancellationToken);

    /// <summary>The files built for an organisation, the oldest first.</summary>
    public static Task<List<ReleaseFileRow>> Of(HubTransaction work, string uscc, CancellationToken cancellationToken) =>
        work.Query(
            OfSql, [Parameter.Text(uscc)],
            row => new ReleaseFileRow(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetInt32(4),
                row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6)),
            cancellationToken);

    /// <summary>Takes the open recalls no file has carried yet into this one, and returns them.</summary>
    internal static async Task<IReadOnlyList<RecallRow>> Carry(
        HubTransaction work, string uscc, Guid fileId, CancellationToken cancellationToken)
    {
        var carried = (await work.Query(
            CarrySql, [Parameter.Text(uscc), Parameter.As(fileId)], row => row.GetGuid(0), cancellationToken)).ToHashSet();
        if (carried.Count == 0)
            return [];
        var open = new NoticeQuery(uscc, true, null, DateTimeOffset.UnixEpoch, Guid.Empty, int.MaxValue);
        return [.. (await RecallBook.List(work, open, cancellationToken)).Where(recall => carried.Contains(recall.RecallId))];
    }
}
