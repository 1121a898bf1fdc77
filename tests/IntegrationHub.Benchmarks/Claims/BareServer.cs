using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationHub.Benchmarks.Claims;

/// <summary>
/// The floor of a claim: Kestrel and one durable transaction that locks a row, writes a record of what it answers and
/// commits. No consent, no decision, no sealed identity, no audit chain.
/// </summary>
internal sealed class BareServer : IAsyncDisposable
{
    private const int AnswerBytes = 600;

    private const string CreateSql = """
        create table case_file (case_id int primary key, version int not null);
        create table answer (case_id int not null, at timestamptz not null, body bytea not null);
        insert into case_file select number, 1 from generate_series(0, $1::int - 1) as number
        """;

    private readonly WebApplication _app;
    private readonly NpgsqlDataSource _source;
    private readonly byte[] _answer = new byte[AnswerBytes];

    private BareServer(WebApplication app, NpgsqlDataSource source)
    {
        _app = app;
        _source = source;
        _app.MapPost("/{caseId:int}/claim", Answer);
    }

    public Uri Address => new(_app.Urls.First());

    public static async Task<BareServer> Start(string connectionString, int cases, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(connectionString);
        foreach (var statement in CreateSql.Split(';'))
        {
            await using var command = source.CreateCommand(statement);
            if (statement.Contains("$1", StringComparison.Ordinal))
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = cases });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = new BareServer(builder.Build(), source);
        server._app.Urls.Add("http://127.0.0.1:0");
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task<IResult> Answer(int caseId, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute(connection, "select version from case_file where case_id = $1 for update", caseId, null, cancellationToken);
        await Execute(connection, "insert into answer values ($1, now(), $2)", caseId, _answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Results.Bytes(_answer, "application/json");
    }

    private static async Task Execute(
        NpgsqlConnection connection, string sql, int caseId, byte[]? body, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = caseId });
        if (body is not null)
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = body });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
