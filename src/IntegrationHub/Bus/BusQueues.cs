using MassTransit;

namespace IntegrationHub.Bus;

/// <summary>The two queues all endpoints share for what they cannot file: one that failed, one that nobody consumes.</summary>
internal static class BusQueues
{
    public const string Error = "hub.error";
    public const string Skipped = "hub.skipped";

    /// <summary>Where the broker's own policy puts what was delivered too often (deploy/rabbitmq/definitions.json).</summary>
    public const string DeadLetter = "hub.dead-letter";

    /// <summary>One name for every endpoint's error queue.</summary>
    internal sealed class SharedError : IErrorQueueNameFormatter
    {
        public string FormatErrorQueueName(string queueName) => Error;
    }

    /// <summary>One name for every endpoint's skipped queue.</summary>
    internal sealed class SharedSkipped : IDeadLetterQueueNameFormatter
    {
        public string FormatDeadLetterQueueName(string queueName) => Skipped;
    }
}
