using System.Text.Encodings.Web;
using System.Text.Json;
using IntegrationHub.Bus;
using IntegrationHub.Database;

namespace IntegrationHub.Outbox;

/// <summary>
/// The way out and the way in of every message, in the sender's and the consumer's own transactions. Sending writes the
/// message and one ticket per consumer; consuming tears the ticket off. So a message has its effect once however often
/// it is delivered, and nothing is kept once it had.
/// </summary>
public sealed class MessageOutbox(MessageCatalogue catalogue, TimeProvider time)
{
    // Events are JSON within JSON: with \u0022 for each of their quotes a message is half as long again, and every byte of
    // it is written, compressed and sent. Only the bus reads it, never a page of HTML.
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Task Send(HubTransaction work, object message, CancellationToken cancellationToken) =>
        Send(work, [message], cancellationToken);

    public async Task Send(HubTransaction work, IReadOnlyCollection<object> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        var rows = new List<OutboxRow>(messages.Count);
        var tickets = new List<OutboxTicket>(messages.Count);
        foreach (var message in messages)
        {
            var kind = catalogue.Of(message.GetType());
            var id = Guid.CreateVersion7();
            rows.Add(new OutboxRow(0, id, kind.Topic, JsonSerializer.SerializeToUtf8Bytes(message, kind.Type, s_json)));
            tickets.AddRange(kind.Consumers.Select(consumer => new OutboxTicket(id, consumer)));
        }

        await OutboxStore.Add(work, rows, tickets, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>
    /// Sends messages again, each to the endpoint it failed at and under its own id: its ticket decides whether it still
    /// counts, so a message that has had its effect has none.
    /// </summary>
    public Task SendAgain(HubTransaction work, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken) =>
        rows.Count == 0 ? Task.CompletedTask : OutboxStore.AddAgain(work, rows, time.GetUtcNow(), cancellationToken);

    /// <summary>Which of these consumers' turns are still to come, however long ago the message was sent: tickets never expire.</summary>
    public static Task<HashSet<(Guid MessageId, string Consumer)>> StillWaiting(
        HubTransaction work, IReadOnlyCollection<(Guid MessageId, string Consumer)> asked, CancellationToken cancellationToken) =>
        OutboxStore.TicketsAmong(work, asked, cancellationToken);

    /// <summary>Gives the turn of one message to the one it was edited into. False if it is over already.</summary>
    public static Task<bool> HandOver(
        HubTransaction work, Guid from, string fromConsumer, Guid to, string toConsumer, CancellationToken cancellationToken) =>
        OutboxStore.MoveTicket(work, from, fromConsumer, to, toConsumer, cancellationToken);

    /// <summary>True once per message and consumer, inside the transaction of the effects. False: nothing is left to do.</summary>
    public static Task<bool> Claim(HubTransaction work, Guid messageId, string consumer, CancellationToken cancellationToken) =>
        OutboxStore.TearOff(work, messageId, consumer, cancellationToken);

    /// <summary>
    /// <see cref="Claim"/> for a batch, one statement for all: the messages whose effects are to be made in this
    /// transaction. What is left out has had its effect.
    /// </summary>
    public static Task<HashSet<Guid>> ClaimAll(
        HubTransaction work, Guid[] messageIds, string consumer, CancellationToken cancellationToken) =>
        OutboxStore.TearOffAll(work, messageIds, consumer, cancellationToken);

    /// <summary>
    /// Looks without tearing off, for a consumer whose effect is a call to a partner: it must not hold a transaction over
    /// the network, so it looks, calls with a key the partner dedupes by, and claims afterwards.
    /// </summary>
    public static Task<bool> IsWaiting(HubTransaction work, Guid messageId, string consumer, CancellationToken cancellationToken) =>
        OutboxStore.HasTicket(work, messageId, consumer, cancellationToken);

    /// <summary>How many messages wait to be sent, and how many consumers' turns are still to come.</summary>
    public static Task<(long Unsent, long Unconsumed)> Waiting(HubTransaction work, CancellationToken cancellationToken) =>
        OutboxStore.Waiting(work, cancellationToken);
}
