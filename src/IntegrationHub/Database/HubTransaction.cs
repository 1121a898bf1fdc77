using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Database;

/// <summary>An open transaction, passed as an argument to every store. Disposed without commit, it rolls back.</summary>
public sealed class HubTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Runs a statement and returns how many rows it touched.</summary>
    public async Task<int> Execute(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query and reads every row with <paramref name="read"/>.</summary>
    public async Task<List<T>> Query<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken))
            rows.Add(read(row));
        return rows;
    }

    /// <summary>A COPY into a table named by a constant, of rows that are in PostgreSQL's own format already.</summary>
    public Task<NpgsqlRawCopyStream> RawCopy(string copySql, CancellationToken cancellationToken) =>
        connection.BeginRawBinaryCopyAsync(copySql, cancellationToken);

    /// <summary>A binary COPY out, for reading millions of rows without a row object each.</summary>
    public Task<NpgsqlBinaryExporter> CopyOut(string copySql, CancellationToken cancellationToken) =>
        connection.BeginBinaryExportAsync(copySql, cancellationToken);

    public Task Save(string savepoint, CancellationToken cancellationToken) =>
        transaction.SaveAsync(savepoint, cancellationToken);

    public Task RollbackTo(string savepoint, CancellationToken cancellationToken) =>
        transaction.RollbackAsync(savepoint, cancellationToken);

    public Task Release(string savepoint, CancellationToken cancellationToken) =>
        transaction.ReleaseAsync(savepoint, cancellationToken);

    public Task Commit(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}

/// <summary>Short spellings of typed parameters; <c>As</c> follows Npgsql's type mapping, the others name the type for nulls.</summary>
public static class Parameter
{
    public static NpgsqlParameter As<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    public static NpgsqlParameter Text(string? value) =>
        new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Json(string? value) =>
        new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    public static NpgsqlParameter Bytes(byte[]? value) =>
        new NpgsqlParameter<byte[]?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter Date(DateOnly? value) =>
        new NpgsqlParameter<DateOnly?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Date };

    public static NpgsqlParameter Instant(DateTimeOffset? value) => new NpgsqlParameter<DateTimeOffset?>
    {
        TypedValue = value?.ToUniversalTime(),
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    public static NpgsqlParameter Uuid(Guid? value) =>
        new NpgsqlParameter<Guid?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid };

    /// <summary>An array column of one field of many records, for <c>unnest</c>.</summary>
    public static NpgsqlParameter Column<TRecord, T>(IReadOnlyCollection<TRecord> records, Func<TRecord, T> field, NpgsqlDbType type) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. records.Select(field)], NpgsqlDbType = NpgsqlDbType.Array | type };
}

/// <summary>Reads nullable columns without a ternary at each place.</summary>
public static class RowReading
{
    public static string? TextOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    public static T? ValueOrNull<T>(this NpgsqlDataReader row, int column) where T : struct =>
        row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    public static byte[]? BytesOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}
