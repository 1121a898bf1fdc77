using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Pipeline;
using IntegrationHub.Subscriptions;
using MassTransit;

namespace IntegrationHub.Worker;

/// <summary>
/// What a worker process does, so that its parts can stand in different network zones: <c>--roles pipeline,relay</c> near
/// the database, <c>--roles webhooks</c> where calls may go out.
/// </summary>
internal sealed class WorkerRoles(IReadOnlySet<string> chosen)
{
    private static readonly string[] Known = ["pipeline", "relay", "fan-out", "report", "webhooks", "jobs", "failures"];

    public bool Has(string role) => chosen.Contains(role);

    /// <summary>All roles unless <c>--roles a,b</c> names some; null on wrong usage.</summary>
    public static WorkerRoles? TryParse(string[] args) => args switch
    {
        [] => new WorkerRoles(Known.ToHashSet()),
        ["--roles", var list] when list.Split(',') is var roles && roles.All(role => Known.Contains(role))
            => new WorkerRoles(roles.ToHashSet()),
        _ => null,
    };

    public static int Usage()
    {
        Console.Error.WriteLine($"usage: worker [--roles {string.Join(',', Known)}]");
        return 2;
    }

    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        if (Has("pipeline"))
            bus.AddPipelineConsumers();
        if (Has("fan-out"))
            bus.AddSubscriptionConsumers();
        if (Has("report"))
            bus.AddProvincialConsumers();
    }
}
