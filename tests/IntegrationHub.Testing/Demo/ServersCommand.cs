using System.Text.Json;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Testing.Demo;

/// <summary>Private servers for a developer's own session: prints their addresses, runs until stopped.</summary>
internal static class ServersCommand
{
    public static async Task<int> Run(bool durable, StopSignals signals)
    {
        var postgresStarting = PostgresServer.Start(durable, signals.Token);
        await using var rabbit = await RabbitServer.Start(signals.Token);
        await using var postgres = await postgresStarting;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            postgres = await postgres.CreateDatabase("hub", template: null, signals.Token),
            rabbitmq = rabbit.Vhost(),
        }));
        await signals.Wait();
        return 0;
    }
}
