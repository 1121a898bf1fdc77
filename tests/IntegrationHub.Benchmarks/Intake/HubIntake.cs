using System.Diagnostics;
using System.Text.Json;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Clock;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// The hub's own services from the file to the last chunk that is DONE. Only the broker is left out: two workers take
/// the messages from the outbox themselves and hand them to the pipeline, as its consumer would.
/// </summary>
internal sealed class HubIntake : IAsyncDisposable
{
    public const int Workers = 2;

    private const string Source = "provincial";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);
    private static readonly Progress<LandingProgress> s_nobody = new();

    private readonly ServiceProvider _services;
    private readonly SnapshotLayout _layout;

    private HubIntake(ServiceProvider services, SnapshotLayout layout)
    {
        _services = services;
        _layout = layout;
    }

    private HubDatabase Database => _services.GetRequiredService<HubDatabase>();

    /// <summary>Untimed: a migrated database, a master key and an empty archive.</summary>
    public static async Task<HubIntake> Create(
        string connectionString, string folder, SnapshotLayout layout, CancellationToken cancellationToken)
    {
        var masterKey = Path.Combine(Directory.CreateDirectory(folder).FullName, "master.key");
        ProtectionServices.CreateForTrial(masterKey);
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Database:ConnectionString"] = connectionString,
            ["Hub:Protection:MasterKeyFile"] = masterKey,
            ["Hub:Archive:Folder"] = Path.Combine(folder, "archive"),
        };
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging()
            .AddClock().AddHubDatabase().AddProtection().AddPolicy().AddTelemetry().AddOutbox().AddHubMessages()
            .AddIntake().AddPipeline()
            .BuildServiceProvider();
        await services.GetRequiredService<Migrator>().Migrate(cancellationToken);
        await services.GetRequiredService<PolicyDesk>()
            .Install(services.GetRequiredService<ContractsFolder>().Path, cancellationToken);
        return new HubIntake(services, layout);
    }

    /// <summary>Takes the file in until all of it is done, and returns how long it took until it had landed.</summary>
    public async Task<TimeSpan> Take(MemberFile file, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var runId = await Start(failed.Token);
        var landing = Task.Run(() => Land(runId, file, failed.Token), CancellationToken.None);
        var working = Enumerable.Range(0, Workers)
            .Select(_ => Task.Run(() => Work(landing, failed), CancellationToken.None))
            .ToList();
        await Task.WhenAny(landing);
        var landed = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll([landing, .. working]);
        await Finish(runId, file, cancellationToken);
        return landed;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<Guid> Start(CancellationToken cancellationToken)
    {
        await using var work = await Database.Begin(cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var runId = await RunStore.Start(work, Source, now, now, cancellationToken);
        await work.Commit(cancellationToken);
        return runId;
    }

    private async Task Land(Guid runId, MemberFile file, CancellationToken cancellationToken)
    {
        var snapshot = new Snapshot
        {
            Name = Path.GetFileName(file.Path),
            Area = MemberFile.County,
            Layout = _layout,
            Format = RowFormat.Csv,
            Manifest = await DropFolder.ReadManifest(file.Path, cancellationToken),
            Open = _ => Task.FromResult<Stream>(
                new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true)),
            Finish = (_, _) => Task.CompletedTask, // the same file is taken again by the next repeat
        };
        await _services.GetRequiredService<SnapshotIntake>().Take(
            runId, snapshot, ProvincialTranslators.For, s_nobody, cancellationToken);
    }

    // Landing waits when too many chunks do, so a worker that fails must stop it.
    private async Task Work(Task landing, CancellationTokenSource failed)
    {
        try
        {
            await WorkUntil(landing, failed.Token);
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task WorkUntil(Task landing, CancellationToken cancellationToken)
    {
        var pipeline = _services.GetRequiredService<ChunkPipeline>();
        while (true)
        {
            var nothingMoreLands = landing.IsCompleted; // asked before looking, so that the last chunk is not missed
            var messages = await NextMessages(cancellationToken);
            foreach (var message in messages)
            {
                var body = JsonSerializer.Deserialize<ProcessChunk>(message.Body, JsonSerializerOptions.Web)
                    ?? throw new BenchmarkFailedException("A message without a chunk.");
                await pipeline.Process(message.MessageId, body.ChunkId, cancellationToken);
            }

            if (messages.Count == 0 && nothingMoreLands)
                return;
            if (messages.Count == 0)
                await Task.Delay(s_pause, cancellationToken);
        }
    }

    private async Task<List<OutboxRow>> NextMessages(CancellationToken cancellationToken)
    {
        await using var work = await Database.Begin(cancellationToken);
        var rows = await OutboxStore.Take(work, 1, keep: false, TimeProvider.System.GetUtcNow(), cancellationToken);
        await work.Commit(cancellationToken);
        return rows;
    }

    // The run is ended as routing would end it, and must have found what the generator put in.
    private async Task Finish(Guid runId, MemberFile file, CancellationToken cancellationToken)
    {
        await using var work = await Database.Begin(cancellationToken);
        await RunStore.Complete(work, runId, TimeProvider.System.GetUtcNow(), cancellationToken);
        var account = (await FileStore.Accounts(work, runId, cancellationToken)).Single();
        var waiting = await ChunkStore.Waiting(work, cancellationToken);
        await work.Commit(cancellationToken);
        var parsed = file.Changed + file.New;
        var found = (account.State, account.Applied, account.Unchanged, waiting);
        if (found != ("DONE", parsed, file.Rows - parsed, 0))
        {
            throw new BenchmarkFailedException(
                $"The hub did other work than it should have: {account.State} {account.Code}, {account.Rows} rows, "
                + $"{account.Unchanged} unchanged, {account.Applied} applied, {account.Quarantined} quarantined, "
                + $"{account.Held} held, {waiting} chunks waiting; {parsed} rows were new or changed.");
        }
    }
}
