using System.Diagnostics;
using System.Globalization;
using IntegrationHub.Failures;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Testing.Servers;
using Npgsql;
using RabbitMQ.Client;

namespace IntegrationHub.Benchmarks.Redrive;

/// <summary>
/// A night of failed messages sent again as an administrator would: preview, canary, re-drive, pause, a killed worker, resume,
/// cancel half-way, the rest. Then lists and groups at a million failures. Beside it a bare loop that takes as many bodies out
/// of a table, publishes them with confirms and deletes a ticket for each that arrives.
/// </summary>
internal static class RedriveBenchmark
{
    private const int ListedAt = 1_000_000;
    private const int Asked = 200;
    private const int FloorMessages = 20_000;
    private const int Batch = 500;

    private static readonly Administrator s_maker = new("maker", AdminRole.All.ToHashSet(), "");
    private static readonly Administrator s_checker = new("checker", AdminRole.All.ToHashSet(), "");

    public static async Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var postgres = await PostgresServer.Start(durable: true, cancellationToken);
        await using var rabbit = await RabbitServer.Start(cancellationToken);
        var figures = new List<Figure>();
        foreach (var messages in options.Rows)
        {
            var before = await Floor(postgres, rabbit, $"bare_{messages}_1", cancellationToken);
            await using var world = await RedriveInstallation.Start(postgres, rabbit, $"hub_redrive_{messages}", cancellationToken);
            figures.Add(await Redrive(world, messages, before, postgres, rabbit, cancellationToken));
            figures.AddRange(await Lists(world, cancellationToken));
        }

        return figures;
    }

    private static async Task<Figure> Redrive(
        RedriveInstallation world, int messages, double before, PostgresServer postgres, RabbitServer rabbit,
        CancellationToken cancellationToken)
    {
        await world.Fail(messages, withTickets: true, cancellationToken);
        var desk = world.Desk;
        var driving = TimeSpan.Zero;

        var watch = Stopwatch.StartNew();
        var sheet = await desk.Preview(s_maker, Wish(canary: 10), null, cancellationToken);
        var preview = watch.Elapsed;
        var id = sheet.Operation.OperationId;
        await desk.Order(s_maker, id, RedriveOrder.Start, null, cancellationToken);
        await desk.Order(s_checker, id, RedriveOrder.Approve, null, cancellationToken);

        watch.Restart();
        await world.Until(id, operation => operation.Counts.Ended >= messages / 5, cancellationToken);
        await desk.Order(s_maker, id, RedriveOrder.Pause, null, cancellationToken);
        driving += watch.Elapsed;
        await world.KillWorker(cancellationToken); // in the middle of what is under way
        await world.StartWorker(cancellationToken);
        watch.Restart();
        await desk.Order(s_maker, id, RedriveOrder.Resume, null, cancellationToken);
        await world.Until(id, operation => operation.Counts.Ended >= messages / 2, cancellationToken);
        await desk.Order(s_maker, id, RedriveOrder.Cancel, null, cancellationToken);
        var half = await world.Until(id, operation => operation.IsFinal, cancellationToken);
        driving += watch.Elapsed;
        if (!half.Counts.AddsUp || half.Counts.Cancelled == 0)
            throw new BenchmarkFailedException($"The first half does not add up: {half.Counts}.");

        var rest = await desk.Preview(s_maker, Wish(canary: 0), null, cancellationToken);
        await desk.Order(s_maker, rest.Operation.OperationId, RedriveOrder.Start, null, cancellationToken);
        watch.Restart();
        if (rest.Operation.NeedsApproval)
            await desk.Order(s_checker, rest.Operation.OperationId, RedriveOrder.Approve, null, cancellationToken);
        var done = await world.Until(rest.Operation.OperationId, operation => operation.IsFinal, cancellationToken);
        driving += watch.Elapsed;
        var applied = half.Counts.Applied + done.Counts.Applied;
        if (!done.Counts.AddsUp || applied != messages || await world.TicketsLeft(cancellationToken) != 0)
            throw new BenchmarkFailedException($"It does not add up: {half.Counts}, {done.Counts}.");

        var after = await Floor(postgres, rabbit, $"bare_{messages}_2", cancellationToken);
        return new Figure
        {
            Case = "re-drive",
            Unit = "messages/s",
            Floor = Math.Round((before + after) / 2),
            Hub = Math.Round(messages / driving.TotalSeconds),
            RssMb = world.WorkerRssMb,
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"{messages:N0} failed messages; preview {preview.TotalSeconds:0.0} s, driving {driving.TotalSeconds:0} s with canary 10, pause, a killed worker, resume, cancelled half-way ({half.Counts.Cancelled:N0} cancelled), the rest re-driven; requested = applied + already-applied + refused + failed + cancelled held to the message; floor = a bare loop on the same servers: {Batch} bodies at a time from a table, published with confirms to a quorum queue, a ticket deleted in a transaction per message"),
        };
    }

    private static async Task<IReadOnlyList<Figure>> Lists(RedriveInstallation world, CancellationToken cancellationToken)
    {
        await world.StopWorker();
        await world.Fail(ListedAt, withTickets: false, cancellationToken);
        var groups = await world.Failed.Groups(s_maker, all: false, cancellationToken);
        var list = await P95(
            async i =>
            {
                var filter = (i % 4) switch
                {
                    0 => new FailureFilterBy(),
                    1 => new FailureFilterBy { GroupId = groups[i % groups.Count].GroupId },
                    2 => new FailureFilterBy { Endpoint = "hub.fan-out" },
                    _ => new FailureFilterBy { Since = DateTimeOffset.UnixEpoch.AddDays(1), ExceptionType = groups[i % groups.Count].ExceptionType },
                };
                var page = await world.Failed.List(s_maker, filter, null, 100, cancellationToken);
                if (page.Next is not null)
                    await world.Failed.List(s_maker, filter, page.Next, 100, cancellationToken);
            });
        var group = await P95(_ => world.Failed.Groups(s_maker, all: false, cancellationToken));
        var bare = await P95(_ => world.Execute("select failure_id from failures.failed_message order by failure_id desc limit 100", cancellationToken));
        return
        [
            Latency("failed list", bare, list / 2, $"p95 of {Asked} pages of 100 by four filters at {ListedAt:N0} failures in {groups.Count} groups"),
            Latency("failed groups", bare, group, $"p95 of {Asked} lists of {groups.Count} groups at {ListedAt:N0} failures"),
        ];
    }

    private static Figure Latency(string name, double floorMs, double hubMs, string note) => new()
    {
        Case = name,
        Unit = "1/s",
        Floor = Math.Round(1_000 / floorMs),
        Hub = Math.Round(1_000 / hubMs),
        RssMb = 0,
        Note = string.Create(CultureInfo.InvariantCulture, $"{note}: {hubMs:0.0} ms; floor = the newest 100 keys by primary key, {floorMs:0.0} ms"),
    };

    private static async Task<double> P95(Func<int, Task> work)
    {
        var took = new List<double>();
        for (var i = 0; i < Asked; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await work(i);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        took.Sort();
        return took[(int)(took.Count * 0.95)];
    }

    private static RedriveWish Wish(int canary) => new()
    {
        Filter = new FailureFilterBy(),
        Reason = "benchmark",
        Canary = canary,
        Rate = 20_000,
    };

    // Published as fast as the broker confirms, consumed as the hub consumes: an effect and its ticket in one transaction.
    private static async Task<double> Floor(PostgresServer postgres, RabbitServer rabbit, string name, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(
            $"{await postgres.CreateDatabase(name, null, cancellationToken)};Max Auto Prepare=20");
        await using (var make = source.CreateCommand(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            create table body (id uuid primary key, body bytea not null);
            create table ticket (id uuid primary key);
            insert into body select gen_random_uuid(), convert_to(repeat('x', 600), 'utf8') from generate_series(1, {FloorMessages});
            insert into ticket select id from body;
            """)))
            await make.ExecuteNonQueryAsync(cancellationToken);

        var factory = new ConnectionFactory { Uri = rabbit.Vhost() };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellationToken);
        await channel.QueueDeclareAsync(
            name, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var consumed = Consume(source, connection, name, cancellationToken);
        while (true)
        {
            await using var connected = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connected.BeginTransactionAsync(cancellationToken);
            await using var take = new NpgsqlCommand(
                $"delete from body where id in (select id from body limit {Batch} for update skip locked) returning id, body", connected, transaction);
            var rows = new List<(Guid Id, byte[] Body)>();
            await using (var row = await take.ExecuteReaderAsync(cancellationToken))
            {
                while (await row.ReadAsync(cancellationToken))
                    rows.Add((row.GetGuid(0), row.GetFieldValue<byte[]>(1)));
            }

            if (rows.Count == 0)
                break;
            await Task.WhenAll(rows.Select(row => channel.BasicPublishAsync(
                "", name, mandatory: true, new BasicProperties { Persistent = true, MessageId = row.Id.ToString() }, row.Body,
                cancellationToken).AsTask()));
            await transaction.CommitAsync(cancellationToken);
        }

        await consumed;
        return FloorMessages / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task Consume(NpgsqlDataSource source, IConnection connection, string queue, CancellationToken cancellationToken)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stop = cancellationToken.Register(() => all.TrySetCanceled(cancellationToken));
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(false, false, consumerDispatchConcurrency: 4), cancellationToken);
        await channel.BasicQosAsync(0, 64, global: false, cancellationToken);
        var left = FloorMessages;
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            var id = Guid.Parse(message.BasicProperties.MessageId ?? "");
            await using (var connected = await source.OpenConnectionAsync(cancellationToken))
            await using (var transaction = await connected.BeginTransactionAsync(cancellationToken))
            {
                await using var tear = new NpgsqlCommand("delete from ticket where id = $1", connected, transaction);
                tear.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
                await tear.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
            if (Interlocked.Decrement(ref left) == 0)
                all.TrySetResult();
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken);
        await all.Task;
    }
}
