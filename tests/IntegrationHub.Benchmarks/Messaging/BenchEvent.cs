using IntegrationHub.Database;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Benchmarks.Messaging;

/// <summary>A message of the benchmark's own, about 1 KB long.</summary>
public sealed record BenchEvent(Guid Id, string Text);

/// <summary>Counts what has had its effect, so that the end is noticed without asking the database.</summary>
internal sealed class Arrivals
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _all = new();
    private int _awaited;

    public Task Await(int messages, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _awaited = messages;
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return _all.Task.WaitAsync(cancellationToken);
    }

    public void Add(int effects)
    {
        lock (_gate)
        {
            _awaited -= effects;
            if (_awaited == 0)
                _all.SetResult();
        }
    }
}

/// <summary>Consumes as the hub's stations do: tickets torn off and effects written in one transaction of a batch.</summary>
internal sealed class BenchEventConsumer(HubDatabase database, Arrivals arrivals) : IConsumer<Batch<BenchEvent>>
{
    public const string Name = "bench";
    public const string EffectSql = "insert into public.effect select * from unnest($1::uuid[])";

    public async Task Consume(ConsumeContext<Batch<BenchEvent>> context)
    {
        var messages = context.Message.ToDictionary(
            one => one.MessageId ?? throw new InvalidOperationException("Not our message: it has no id."), one => one.Message);
        await using var work = await database.Begin(context.CancellationToken);
        var fresh = await MessageOutbox.ClaimAll(work, [.. messages.Keys], Name, context.CancellationToken);
        if (fresh.Count > 0)
        {
            await work.Execute(
                EffectSql, [Parameter.As(fresh.Select(id => messages[id].Id).ToArray())], context.CancellationToken);
        }

        await work.Commit(context.CancellationToken);
        arrivals.Add(fresh.Count);
    }

    internal sealed class Definition : ConsumerDefinition<BenchEventConsumer>
    {
        public Definition() => EndpointName = "bench";

        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<BenchEventConsumer> consumerConfigurator,
            IRegistrationContext context) =>
            consumerConfigurator.Options<BatchOptions>(batch =>
                batch.SetMessageLimit(100).SetTimeLimit(ms: 10).SetConcurrencyLimit(4));
    }
}
