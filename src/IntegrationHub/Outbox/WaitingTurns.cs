using IntegrationHub.Database;

namespace IntegrationHub.Outbox;

/// <summary>Turns of one consumer still to come: of messages that are young, that failed for good, and all other.</summary>
public sealed record WaitingTurns(string Consumer, long Young, long Failed, long Old)
{
    // A ticket has no instant of its own; its message's id is a UUIDv7, and those sort by the time they were made.
    internal const string OfConsumersSql = """
        select t.consumer
             , count(*) filter (where f.message_id is null and t.message_id >= $2)
             , count(f.message_id)
             , count(*) filter (where f.message_id is null and t.message_id < $2)
          from outbox.ticket t
          left join unnest($1::uuid[]) as f (message_id) on f.message_id = t.message_id
         group by t.consumer
         order by t.consumer
        """;

    /// <summary>Every consumer whose turn is still to come, by name.</summary>
    /// <param name="work">The open transaction.</param>
    /// <param name="failed">Messages that stand in Failures, each once.</param>
    /// <param name="youngFor">
    /// How long a message counts as young. Ids are made by the machine's clock, so this is its time even in a trial.
    /// </param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static Task<List<WaitingTurns>> OfConsumers(
        HubTransaction work, Guid[] failed, TimeSpan youngFor, CancellationToken cancellationToken) =>
        work.Query(
            OfConsumersSql,
            [Parameter.As(failed), Parameter.As(Guid.CreateVersion7(TimeProvider.System.GetUtcNow() - youngFor))],
            row => new WaitingTurns(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
            cancellationToken);
}
