using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using MassTransit;

namespace IntegrationHub.Failures;

/// <summary>
/// Keeps the order of one subject when a message about it failed for good: later ones are filed behind it and go by
/// themselves when it has gone. Others are not touched, and nothing rests on this: every effect bears any order.
/// </summary>
internal sealed class HoldFilter(string endpoint, HubDatabase database, TimeProvider time) : IFilter<ConsumeContext>
{
    // Mostly nothing at all is held; asking once a second costs nothing, and a second too late is only out of order.
    private static readonly TimeSpan s_lookAgainAfter = TimeSpan.FromSeconds(1);

    internal const string AnySql = """
        select exists (select from failures.subject where endpoint = $1)
        """;

    internal const string OwnSql = """
        select failure_id
          from failures.failed_message
         where message_id = $1
           and endpoint   = $2
        """;

    private long _nothingHeldUntil;

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (context.TryGetMessage<EventsRecorded>(out var told)
            && !MessageSubjects.TakesBack(told.Message)
            && time.GetTimestamp() >= Volatile.Read(ref _nothingHeldUntil)
            && await Hold(context, told.Message))
            return;
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("hold");

    private async Task<bool> Hold(ConsumeContext context, EventsRecorded message)
    {
        var cancellationToken = context.CancellationToken;
        await using var work = await database.Begin(cancellationToken);
        if (!(await work.Query(AnySql, [Parameter.Text(endpoint)], row => row.GetBoolean(0), cancellationToken)).Single())
        {
            Volatile.Write(ref _nothingHeldUntil, time.GetTimestamp() + (long)(s_lookAgainAfter.TotalSeconds * time.TimestampFrequency));
            return false;
        }

        var subjects = MessageSubjects.Of(message);
        var blockers = await RetryStore.Blockers(work, endpoint, subjects, cancellationToken);
        if (blockers.Count == 0)
            return false;
        var messageId = context.MessageId ?? Guid.Empty;
        var own = await work.Query(
            OwnSql, [Parameter.As(messageId), Parameter.Text(endpoint)], row => row.GetInt64(0), cancellationToken);
        var first = blockers.Values.Min();
        if (own.Count == 1 && first >= own[0])
            return false;
        var body = context.ReceiveContext.Body.GetBytes();
        var held = FailureReport.Of(
            messageId, endpoint, FailureFilter.MessageTypeOf(body), new HeldBehindException(), body) with
        {
            Subjects = subjects,
            HeldBehind = first,
        };
        await FailureStore.Add(work, held, time.GetUtcNow(), cancellationToken);
        await work.Commit(cancellationToken);
        return true;
    }
}

/// <summary>Nothing is wrong with the message: an earlier one about the same has failed and must go first.</summary>
public sealed class HeldBehindException() : Exception("An earlier message about the same failed and must go first.");
