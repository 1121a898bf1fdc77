using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Bus;

public enum BusTransport
{
    RabbitMq,

    /// <summary>For the one-process trial: same pipeline, nothing durable outside PostgreSQL.</summary>
    InMemory,
}

public sealed class BusOptions
{
    public BusTransport Transport { get; init; }

    /// <summary><c>amqp://user:password@host:port/vhost</c>; not used in memory.</summary>
    public Uri? Uri { get; init; }

    /// <summary>Members of each quorum queue: 1 on one machine, 3 in a cluster. Fixed when a queue is first declared.</summary>
    [Range(1, 7)]
    public int QuorumSize { get; init; } = 1;
}

[OptionsValidator]
internal sealed partial class BusOptionsValidator : IValidateOptions<BusOptions>;
