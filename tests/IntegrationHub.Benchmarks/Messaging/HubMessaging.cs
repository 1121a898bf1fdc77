using System.Collections.Concurrent;
using System.Diagnostics;
using IntegrationHub.Bus;
using IntegrationHub.Clock;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Outbox;
using IntegrationHub.Telemetry;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Benchmarks.Messaging;

/// <summary>The hub's own outbox, relay, bus and tickets in one host, as the worker composes them.</summary>
internal sealed class HubMessaging : IAsyncDisposable
{
    private const string BusinessSql = "insert into public.business values ($1)";

    private static readonly string s_text = new('x', MessageLoad.BodyBytes - 60); // an id and two names are the rest

    private readonly IHost _host;

    private HubMessaging(IHost host) => _host = host;

    public static async Task<HubMessaging> Start(string connectionString, Uri broker, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hub:Database:ConnectionString"] = connectionString,
            ["Hub:Bus:Uri"] = broker.AbsoluteUri,
        });
        builder.Services.AddClock().AddHubDatabase().AddTelemetry().AddOutbox();
        builder.Services.AddSingleton(new MessageKind("bench-event:v1", typeof(BenchEvent), [BenchEventConsumer.Name]));
        builder.Services.AddSingleton<MessageCatalogue>().AddSingleton<Arrivals>();
        builder.Services.AddHubBus(
            builder.Configuration,
            bus => bus.AddConsumer<BenchEventConsumer, BenchEventConsumer.Definition>(),
            FailureEndpoint.Configure);
        builder.Services.AddOutboxRelay();
        var host = builder.Build();
        await host.Services.GetRequiredService<Migrator>().Migrate(cancellationToken);
        await using (var work = await host.Services.GetRequiredService<HubDatabase>().Begin(cancellationToken))
        {
            await work.Execute("create table public.business (id uuid primary key)", [], cancellationToken);
            await work.Execute("create table public.effect (id uuid primary key)", [], cancellationToken);
            await work.Commit(cancellationToken);
        }

        await host.StartAsync(cancellationToken);
        return new HubMessaging(host);
    }

    /// <summary>From the first transaction begun to the last effect committed.</summary>
    public async Task<TimeSpan> Run(MessageLoad load, int messages, CancellationToken cancellationToken)
    {
        var database = _host.Services.GetRequiredService<HubDatabase>();
        var outbox = _host.Services.GetRequiredService<MessageOutbox>();
        var all = _host.Services.GetRequiredService<Arrivals>().Await(messages, cancellationToken);
        var left = new ConcurrentQueue<int>(load.Transactions(messages));
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, load.Producers).Select(_ => Task.Run(Produce, cancellationToken)));
        await all;
        return Stopwatch.GetElapsedTime(started);

        async Task Produce()
        {
            while (left.TryDequeue(out var count))
            {
                await using var work = await database.Begin(cancellationToken);
                await work.Execute(BusinessSql, [Parameter.As(Guid.CreateVersion7())], cancellationToken);
                await outbox.Send(
                    work, [.. Enumerable.Range(0, count).Select(_ => new BenchEvent(Guid.CreateVersion7(), s_text))], cancellationToken);
                await work.Commit(cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
