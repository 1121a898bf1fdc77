using System.Net;
using IntegrationHub.Subscriptions;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

public sealed class DeliveryStoreTests(HubDatabases databases)
{
    private static readonly Uri Target = new("http://127.0.0.1:5080/hooks");
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_claimed_is_left_alone_until_its_lease_is_over()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await Subscribe(database.Hub, One, Target);
        await FanOut(database.Hub, Events(One, 3));
        var now = TimeProvider.System.GetUtcNow();

        var first = Assert.Single(await Claim(database, now));
        Assert.Equal([1L, 2L, 3L], first.Deliveries.Select(delivery => delivery.Sequence));
        Assert.Empty(await Claim(database, now));
        Assert.Empty(await Claim(database, now + Lease - TimeSpan.FromSeconds(1)));
        Assert.Single(await Claim(database, now + Lease));
    }

    [Fact]
    public async Task Nothing_overtakes_a_delivery_that_waits_for_its_next_try()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var subscription = await Subscribe(database.Hub, One, Target);
        await FanOut(database.Hub, Events(One, 3));
        var now = TimeProvider.System.GetUtcNow();
        await Claim(database, now);

        await WriteBack(database, Result(subscription, 1, "WAITING", now + TimeSpan.FromMinutes(5)));

        Assert.Empty(await Claim(database, now + TimeSpan.FromMinutes(4)));
        var later = Assert.Single(await Claim(database, now + TimeSpan.FromMinutes(5)));
        Assert.Equal([(1L, 1), (2L, 0), (3L, 0)], later.Deliveries.Select(delivery => (delivery.Sequence, delivery.Tries)));
    }

    [Fact]
    public async Task A_parked_delivery_lets_those_behind_it_go()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var subscription = await Subscribe(database.Hub, One, Target);
        await FanOut(database.Hub, Events(One, 2));
        var now = TimeProvider.System.GetUtcNow();
        await Claim(database, now);

        await WriteBack(database, Result(subscription, 1, "PARKED", null), leasedAt: now);

        Assert.Equal([2L], Assert.Single(await Claim(database, now)).Deliveries.Select(delivery => delivery.Sequence));
        Assert.Equal(1, await Waiting(database));
    }

    [Fact]
    public async Task A_result_that_comes_too_late_changes_nothing()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var subscription = await Subscribe(database.Hub, One, Target);
        await FanOut(database.Hub, Events(One, 1));
        var now = TimeProvider.System.GetUtcNow();
        await WriteBack(database, Result(subscription, 1, "DELIVERED", null));

        await WriteBack(database, Result(subscription, 1, "WAITING", now));

        Assert.Equal("DELIVERED 1", await database.Ask("select state, tries from subscriptions.delivery"));
        Assert.Equal(0, await Waiting(database));
    }

    [Fact]
    public async Task Two_senders_at_once_never_hold_the_same_subscription()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        for (var number = 0; number < 12; number++)
            await Subscribe(database.Hub, One, new Uri($"http://127.0.0.1:5080/hooks/{number}"));
        await FanOut(database.Hub, Events(One, 2));
        var now = TimeProvider.System.GetUtcNow();

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Claim(database, now, limit: 3))));

        var held = claims.SelectMany(claim => claim).Select(batch => batch.SubscriptionId).ToList();
        Assert.Equal(held.Distinct(), held);
        Assert.Equal(12, held.Count + (await Claim(database, now)).Count);
    }

    [Fact]
    public async Task Subscriptions_that_fail_leave_room_for_those_that_do_not()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        for (var number = 0; number < 6; number++)
            await Subscribe(database.Hub, One, new Uri($"http://127.0.0.1:5080/hooks/{number}"));
        var healthy = await Subscribe(database.Hub, Other, Target);
        await FanOut(database.Hub, [Event(One), Event(Other)]);
        await database.Run(
            $"update subscriptions.turn set failing_since = now() - interval '1 hour' where subscription_id <> '{healthy.SubscriptionId}'");

        var batches = await Claim(database, TimeProvider.System.GetUtcNow(), limit: 4, failing: 2);

        Assert.Equal(3, batches.Count);
        Assert.Contains(healthy.SubscriptionId, batches.Select(batch => batch.SubscriptionId));
    }

    [Fact]
    public async Task A_subscription_that_is_busy_here_or_paused_is_not_claimed()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var busy = await Subscribe(database.Hub, One, Target);
        await Subscribe(database.Hub, Other, Target);
        await FanOut(database.Hub, [Event(One), Event(Other)]);
        await database.Run($"update subscriptions.subscription set state = 'PAUSED' where uscc = '{Other}'");

        Assert.Empty(await Claim(database, TimeProvider.System.GetUtcNow(), except: busy.SubscriptionId));
        Assert.Single(await Claim(database, TimeProvider.System.GetUtcNow()));
    }

    private static async Task<List<DueBatch>> Claim(
        OwnDatabase database, DateTimeOffset now, int limit = 32, int failing = 32, Guid? except = null)
    {
        await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
        var request = new ClaimRequest
        {
            Except = except is { } busy ? [busy] : [],
            Subscriptions = limit,
            Failing = failing,
            DeliveriesEach = 100,
            Now = now,
            LeasedUntil = now + Lease,
        };
        var batches = await DeliveryStore.Claim(work, request, TestContext.Current.CancellationToken);
        await work.Commit(TestContext.Current.CancellationToken);
        return batches;
    }

    private static async Task WriteBack(OwnDatabase database, DeliveryResult result, DateTimeOffset? leasedAt = null)
    {
        await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
        await DeliveryStore.WriteBack(work, [result], TestContext.Current.CancellationToken);
        if (leasedAt is { } at)
            await DeliveryStore.EndTurn(work, new TurnResult(result.SubscriptionId, at + Lease, SubscriptionHealth.Sound), TestContext.Current.CancellationToken);
        await work.Commit(TestContext.Current.CancellationToken);
    }

    private static async Task<long> Waiting(OwnDatabase database)
    {
        await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
        return await DeliveryStore.Waiting(work, TestContext.Current.CancellationToken);
    }

    private static DeliveryResult Result(NewSubscription subscription, long sequence, string state, DateTimeOffset? next) =>
        new(subscription.SubscriptionId, sequence, state, $"HTTP {(int)HttpStatusCode.OK}", next, null);
}
