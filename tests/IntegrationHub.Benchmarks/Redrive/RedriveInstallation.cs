using System.Globalization;
using System.Security.Cryptography;
using IntegrationHub.Clock;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Telemetry;
using IntegrationHub.Testing.Processes;
using IntegrationHub.Testing.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace IntegrationHub.Benchmarks.Redrive;

/// <summary>A hub with a real worker process that can be killed, and the desk an administrator sits at.</summary>
internal sealed class RedriveInstallation : IAsyncDisposable
{
    private const int Groups = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-redrive-").FullName;
    private readonly Dictionary<string, string> _settings;
    private readonly NpgsqlDataSource _source;
    private readonly ServiceProvider _services;
    private HubProcess? _worker;

    private RedriveInstallation(string connectionString, Uri bus)
    {
        File.WriteAllText(Path.Combine(_folder, "master.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        _settings = new Dictionary<string, string>
        {
            ["Hub__Database__ConnectionString"] = connectionString,
            ["Hub__Bus__Transport"] = "RabbitMq",
            ["Hub__Bus__Uri"] = bus.AbsoluteUri,
            ["Hub__Protection__MasterKeyFile"] = Path.Combine(_folder, "master.key"),
            ["Hub__Archive__Folder"] = Path.Combine(_folder, "archive"),
            ["Hub__Failures__PollInterval"] = "00:00:00.100",
            ["MASSTRANSIT_USAGE_TELEMETRY"] = "false",
        };
        _source = NpgsqlDataSource.Create($"{connectionString};Max Auto Prepare=100");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(_settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddSingleton(new HubDatabase(_source))
            .AddSingleton<Migrator>()
            .AddClock().AddProtection().AddPolicy().AddTelemetry().AddOutbox().AddHubMessages().AddIntake().AddPipeline()
            .BuildServiceProvider();
    }

    public RedriveDesk Desk => _services.GetRequiredService<RedriveDesk>();

    public FailureDesk Failed => _services.GetRequiredService<FailureDesk>();

    public int WorkerRssMb { get; private set; }

    public static async Task<RedriveInstallation> Start(
        PostgresServer postgres, RabbitServer rabbit, string name, CancellationToken cancellationToken)
    {
        var world = new RedriveInstallation(await postgres.CreateDatabase(name, null, cancellationToken), rabbit.Vhost());
        await world._services.GetRequiredService<Migrator>().Migrate(cancellationToken);
        await world.StartWorker(cancellationToken);
        return world;
    }

    /// <summary>Makes failures as the endpoint of the fan-out files them: events nobody subscribes to, in several groups.</summary>
    public async Task Fail(int messages, bool withTickets, CancellationToken cancellationToken)
    {
        await Execute(string.Create(CultureInfo.InvariantCulture, $$$"""
            insert into failures.failure_group (group_key, exception_type, frame, message_type, endpoint, failed, open, first_seen, last_seen)
            select 'bench-' || n, 'System.Exception' || n, 'IntegrationHub.Made.Up', 'urn:message:IntegrationHub.Contracts.Messages:EventsRecorded',
                   'hub.fan-out', 0, 0, now(), now()
              from generate_series(1, {{{Groups}}}) n on conflict do nothing;
            create temp table made as
            select gen_random_uuid() as id, g.group_id, g.exception_type, n
              from generate_series(1, {{{messages}}}) n
              join failures.failure_group g on g.group_key = 'bench-' || (n % {{{Groups}}} + 1);
            insert into failures.failed_message (message_id, endpoint, message_type, exception_type, exception_message, stack, group_key, body,
                                                 first_failed_at, last_failed_at, group_id)
            select id, 'hub.fan-out', 'urn:message:IntegrationHub.Contracts.Messages:EventsRecorded', exception_type, 'made up', 'at IntegrationHub.Made.Up()',
                   'made', convert_to('{"messageType":["urn:message:IntegrationHub.Contracts.Messages:EventsRecorded"],"message":{"events":[{"eventId":"' || gen_random_uuid()
                   || '","type":"need.changed","subject":"' || gen_random_uuid() || '","time":"2026-03-02T00:00:00Z","recipient":"51410499501000068N","data":"{}"}]}}', 'utf8'),
                   now() - n * interval '1 second', now() - n * interval '1 second', group_id
              from made;
            insert into outbox.ticket (message_id, consumer) select id, 'fan-out' from made where {{{(withTickets ? "true" : "false")}}};
            update failures.failure_group g set open = g.open + m.many, failed = g.failed + m.many
              from (select group_id, count(*) as many from made group by group_id) m where m.group_id = g.group_id;
            drop table made;
            analyze failures.failed_message; analyze outbox.ticket;
            """), cancellationToken);
    }

    public async Task<RedriveOperation> Until(Guid operationId, Func<RedriveOperation, bool> condition, CancellationToken cancellationToken)
    {
        var who = new Administrator("watcher", AdminRole.All.ToHashSet(), "");
        while (true)
        {
            var operation = await Desk.Look(who, operationId, cancellationToken);
            if (condition(operation))
                return operation;
            if (operation.State is RedriveState.Stopped || _worker is { HasExited: true })
                throw new BenchmarkFailedException($"The re-drive is {operation.State} {operation.StoppedWhy}: {operation.Counts}. {_worker?.LastWords()}");
            await Task.Delay(50, cancellationToken);
        }
    }

    public async Task<long> TicketsLeft(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("select count(*) from outbox.ticket");
        return (long)(await command.ExecuteScalarAsync(cancellationToken) ?? -1L);
    }

    public async Task StartWorker(CancellationToken cancellationToken) => _worker = await HubProcess.Start(
        HubProgram.Worker,
        new ProcessOptions
        {
            Arguments = ["--roles", "relay,fan-out,failures"],
            Environment = _settings,
            LogFolder = _folder,
            Name = "worker",
        },
        cancellationToken);

    public async Task KillWorker(CancellationToken cancellationToken)
    {
        Remember();
        if (_worker is { } worker)
        {
            await worker.Kill(cancellationToken);
            await worker.DisposeAsync();
        }
    }

    public async Task StopWorker()
    {
        Remember();
        if (_worker is { } worker)
            await worker.DisposeAsync();
        _worker = null;
    }

    public async Task Execute(string sql, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 1_200;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorker();
        await _services.DisposeAsync();
        await _source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Remember()
    {
        if (_worker is not { HasExited: false } worker)
            return;
        var line = File.ReadLines($"/proc/{worker.ProcessId}/status").FirstOrDefault(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
        if (line is not null)
            WorkerRssMb = Math.Max(WorkerRssMb, int.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture) / 1024);
    }
}
