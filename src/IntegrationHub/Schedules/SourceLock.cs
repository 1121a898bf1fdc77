using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Schedules;

/// <summary>
/// Lets one run of a source be at work in the whole installation: an advisory lock on a connection of its own, which
/// PostgreSQL frees when the process dies, however it dies (facts.md §6).
/// </summary>
internal sealed class SourceLock : IAsyncDisposable
{
    internal const string TryLockSql = """
        select pg_try_advisory_lock($1)
        """;

    private readonly NpgsqlConnection _connection;

    private SourceLock(NpgsqlConnection connection) => _connection = connection;

    public static async Task<SourceLock> Take(HubDatabase database, string source, CancellationToken cancellationToken)
    {
        var connection = await database.Open(cancellationToken);
        await using var command = new NpgsqlCommand(TryLockSql, connection);
        command.Parameters.Add(Parameter.As((long)System.IO.Hashing.XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"sync/{source}"))));
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
            return new SourceLock(connection);
        await connection.DisposeAsync();
        throw new HubProblemException(
            "sync.already_running", $"A sync of {source} is running already.",
            "Watch it with `hub sync list`; a second one would find nothing more.");
    }

    // A pooled session would keep the lock.
    public async ValueTask DisposeAsync()
    {
        await using (var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", _connection))
            await unlock.ExecuteNonQueryAsync(CancellationToken.None);
        await _connection.DisposeAsync();
    }
}
