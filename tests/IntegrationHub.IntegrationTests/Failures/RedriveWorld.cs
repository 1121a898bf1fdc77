using System.Text;
using System.Text.Json;
using IntegrationHub.Bus;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline.Redrive;

namespace IntegrationHub.IntegrationTests.Failures;

/// <summary>
/// A hub without a bus: messages fail because a test says so, and what is sent again arrives when a test takes it from the
/// outbox. Everything in between is the hub's own.
/// </summary>
internal sealed class RedriveWorld(ReferralWorld referrals) : IAsyncDisposable
{
    public const string Endpoint = "hub.review-person";
    private const string Consumer = "review-person";

    public ReferralWorld Referrals => referrals;

    public OwnDatabase Database => referrals.Database;

    public RedriveDesk Desk => referrals.Get<RedriveDesk>();

    public FailureDesk Failed => referrals.Get<FailureDesk>();

    public EditDesk Edits => referrals.Get<EditDesk>();

    public RedriveDriver Driver => referrals.Get<RedriveDriver>();

    public static Administrator Wang { get; } = Somebody("wang");

    public static Administrator Li { get; } = Somebody("li");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RedriveWorld> Open(HubDatabases databases) => new(await ReferralWorld.Open(databases));

    public static Administrator Somebody(string name, string division = "", params string[] roles) =>
        new(name, (roles.Length == 0 ? AdminRole.All : roles).ToHashSet(), division);

    /// <summary>Sends a message to one consumer's endpoint, where it fails for good.</summary>
    public async Task<long> Fail(object? message = null, string endpoint = Endpoint, Exception? cause = null)
    {
        var sent = message ?? new PeopleChanged { PersonKeys = [Guid.CreateVersion7()] };
        await using var work = await Database.Hub.Begin(Token);
        await referrals.Get<MessageOutbox>().Send(work, sent, Token);
        var row = (await OutboxStore.Take(work, 1_000, keep: false, Now, Token)).Last();
        var failureId = await File(work, row.MessageId, endpoint, Envelope(row.Body), cause ?? Thrown());
        await work.Commit(Token);
        return failureId;
    }

    /// <summary>A record that failed alone, as the pipeline files it.</summary>
    public async Task<long> Fail(CanonicalRecord record)
    {
        await using var work = await Database.Hub.Begin(Token);
        var body = referrals.Keys.SealForStore(JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web));
        await FailureStore.Record(
            work, new FailedRecord(record.SourceKey, record.GetType().Name, Thrown(), body) { Division = (record as NeedRecord)?.Division },
            Now, Token);
        await work.Commit(Token);
        return long.Parse(await Database.Ask("select max(failure_id) from failures.failed_message"));
    }

    public async Task<List<long>> FailMany(int count)
    {
        var failed = new List<long>();
        for (var i = 0; i < count; i++)
            failed.Add(await Fail());
        return failed;
    }

    /// <summary>What was sent again and has not arrived.</summary>
    public async Task<List<OutboxRow>> UnderWay()
    {
        await using var work = await Database.Hub.Begin(Token);
        var rows = await OutboxStore.Take(work, 10_000, keep: false, Now, Token);
        await work.Commit(Token);
        return rows;
    }

    /// <summary>A message arrives and takes effect; false if it had had it before.</summary>
    public async Task<bool> Arrives(OutboxRow row)
    {
        await using var work = await Database.Hub.Begin(Token);
        var isFirst = await MessageOutbox.Claim(work, row.MessageId, ConsumerOf(row), Token);
        await work.Commit(Token);
        return isFirst;
    }

    /// <summary>A message arrives and fails for good once more.</summary>
    public async Task FailsAgain(OutboxRow row)
    {
        await using var work = await Database.Hub.Begin(Token);
        await File(work, row.MessageId, row.Endpoint!, Envelope(row.Body), Thrown()); // sent again to one endpoint
        await work.Commit(Token);
    }

    public Task<RedriveSheet> Preview(
        FailureFilterBy? filter = null, int canary = 0, Administrator? who = null, int rate = 20_000, double stop = 0.5) =>
        Desk.Preview(
            who ?? Wang,
            new RedriveWish
            {
                Filter = filter ?? new FailureFilterBy(),
                Reason = "the partner is back",
                Canary = canary,
                Rate = rate,
                StopRatio = stop,
            },
            null, Token);

    public Task<RedriveSheet> Order(RedriveSheet sheet, RedriveOrder order, Administrator? who = null) =>
        Desk.Order(who ?? Wang, sheet.Operation.OperationId, order, null, Token);

    public async Task<RedriveOperation> Look(RedriveSheet sheet) =>
        await Desk.Look(Wang, sheet.Operation.OperationId, Token);

    /// <summary>Drives while anything gets on; the clock goes on between the steps.</summary>
    public async Task<RedriveOperation> Drive(RedriveSheet sheet)
    {
        do
        {
            referrals.Time.Advance(TimeSpan.FromSeconds(1));
        }
        while (await Driver.Step(sheet.Operation.OperationId, Token));
        return await Look(sheet);
    }

    /// <summary>Drives to the end; everything that arrives takes effect.</summary>
    public async Task<RedriveOperation> DriveAndArrive(RedriveSheet sheet)
    {
        for (var rounds = 0; rounds < 100; rounds++)
        {
            var operation = await Drive(sheet);
            if (operation.IsFinal || operation.State is RedriveState.Stopped or RedriveState.Paused)
                return operation;
            foreach (var row in await UnderWay())
                await Arrives(row);
        }

        throw new InvalidOperationException("The re-drive does not end.");
    }

    /// <summary>The counts of an operation are those of its messages.</summary>
    public async Task AssertCounted(RedriveOperation operation)
    {
        await using var work = await Database.Hub.Begin(Token);
        Assert.Equal(operation.Counts, await RedriveStore.Recount(work, operation.OperationId, Token));
    }

    public ValueTask DisposeAsync() => referrals.DisposeAsync();

    private DateTimeOffset Now => referrals.Time.GetUtcNow();

    private string ConsumerOf(OutboxRow row) =>
        referrals.Get<EndpointCatalogue>().TryFind(row.Endpoint ?? "", out var known) ? known.Consumer : Consumer;

    private static async Task<long> File(HubTransaction work, Guid messageId, string endpoint, byte[] body, Exception cause, DateTimeOffset at) =>
        await FailureStore.Add(
            work,
            FailureReport.Of(messageId, endpoint, FailureFilter.MessageTypeOf(body), cause, body) with
            {
                Subjects = MessageSubjects.Of(body),
            },
            at, Token);

    private Task<long> File(HubTransaction work, Guid messageId, string endpoint, byte[] body, Exception cause) =>
        File(work, messageId, endpoint, body, cause, Now);

    private static byte[] Envelope(byte[] message) => Encoding.UTF8.GetBytes(
        $$"""{"messageType":["urn:message:IntegrationHub.Contracts.Messages:Any"],"message":{{Encoding.UTF8.GetString(message)}}}""");

    private static Exception Thrown()
    {
        try
        {
            throw new InvalidOperationException("It went wrong.");
        }
        catch (InvalidOperationException thrown)
        {
            return thrown;
        }
    }
}
