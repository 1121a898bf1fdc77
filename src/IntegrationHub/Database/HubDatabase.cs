using Npgsql;

namespace IntegrationHub.Database;

/// <summary>The one door to PostgreSQL. Opens transactions; knows no table.</summary>
public sealed class HubDatabase(NpgsqlDataSource source)
{
    public async Task<HubTransaction> Begin(CancellationToken cancellationToken)
    {
        var connection = await Open(cancellationToken);
        try
        {
            return new HubTransaction(connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a query on the calling thread, for the little that must be known before anything can begin.</summary>
    public IReadOnlyList<T> ReadNow<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        try
        {
            using var command = source.CreateCommand(sql);
            using var row = command.ExecuteReader();
            var rows = new List<T>();
            while (row.Read())
                rows.Add(read(row));
            return rows;
        }
        catch (NpgsqlException failure) when (failure is not PostgresException)
        {
            throw new DatabaseUnreachableException(failure);
        }
    }

    /// <summary>A connection outside any transaction, for listening and for advisory locks that outlive transactions.</summary>
    public async Task<NpgsqlConnection> Open(CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException failure) when (failure is not PostgresException)
        {
            throw new DatabaseUnreachableException(failure);
        }
    }
}

/// <summary>PostgreSQL did not answer. The text names the setting and never the connection string.</summary>
public sealed class DatabaseUnreachableException(Exception cause)
    : Exception("PostgreSQL does not answer at Hub:Database:ConnectionString.", cause);
