using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Failures;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline.Redrive;
using static IntegrationHub.IntegrationTests.Failures.RedriveWorld;

namespace IntegrationHub.IntegrationTests.Failures;

public sealed class RedriveTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_sent_to_the_endpoint_it_failed_at_and_closed_when_it_took_effect()
    {
        await using var world = await Open(databases);
        var failureId = await world.Fail();
        var preview = await world.Preview();
        Assert.Equal(1, Assert.Contains(RedriveVerdict.WouldApply, preview.Verdicts));
        Assert.Empty(await world.UnderWay()); // a preview sends nothing

        await world.Order(preview, RedriveOrder.Start);
        await world.Drive(preview);
        var row = Assert.Single(await world.UnderWay());
        Assert.Equal((RedriveWorld.Endpoint, "people-changed:v1"), (row.Endpoint, row.Topic));
        Assert.Equal(1, (await world.Look(preview)).Counts.Sent);
        Assert.True(await world.Arrives(row));
        var done = await world.Drive(preview);

        Assert.Equal((RedriveState.Done, 1), (done.State, done.Counts.Applied));
        Assert.True(done.Counts.AddsUp);
        var sheet = await world.Failed.Show(Wang, failureId, Token);
        Assert.Equal((FailureState.Resolved, "re-driven"), (sheet.Line.State, sheet.Line.ClosedWhy));
        Assert.Equal("APPLIED", Assert.Single(await world.Desk.HistoryOf(Wang, failureId, Token)).State);
    }

    [Fact]
    public async Task Scenario_03_three_weeks_later_without_consent_the_preview_says_so_and_nothing_leaves()
    {
        await using var world = await Open(databases);
        var referrals = world.Referrals;
        await referrals.Agree(ReferralWorld.ToClass());
        await referrals.Open(referrals.Need("XQ-1"));
        await referrals.Route();
        var offered = (await referrals.Sent<EventsRecorded>("events-recorded")).Single(sent => sent.Body.Events.Any(told => told.Type == "referral.offered"));
        await world.Fail(offered.Body, "hub.fan-out");
        Assert.Equal(1, Assert.Contains(RedriveVerdict.WouldApply, (await world.Preview()).Verdicts)); // it would go today

        referrals.Time.Advance(TimeSpan.FromDays(21));
        await referrals.Agree(ReferralWorld.Withdrawal(ReferralWorld.ToClass(), referrals.Time.GetUtcNow()));
        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        var done = await world.DriveAndArrive(preview);

        Assert.Equal(1, Assert.Contains(RedriveVerdict.ConsentBlocked, preview.Verdicts));
        Assert.Equal((RedriveState.Done, 1, 0), (done.State, done.Counts.Refused, done.Counts.Applied));
        Assert.Equal("0", await world.Database.Ask("select count(*) from outbox.message where endpoint is not null"));
        var item = Assert.Single(await world.Desk.Items(Wang, done.OperationId, null, 0, 10, Token));
        Assert.Equal((ItemState.Refused, RedriveVerdict.ConsentBlocked), (item.State, item.Outcome));
    }

    [Fact]
    public async Task Scenario_03_a_consent_withdrawn_between_preview_and_sending_stops_it_too()
    {
        await using var world = await Open(databases);
        var referrals = world.Referrals;
        await referrals.Agree(ReferralWorld.ToClass());
        await referrals.Open(referrals.Need("XQ-1"));
        await referrals.Route();
        await world.Fail((await referrals.Sent<EventsRecorded>("events-recorded"))[0].Body, "hub.fan-out");
        var preview = await world.Preview();

        await referrals.Agree(ReferralWorld.Withdrawal(ReferralWorld.ToClass(), referrals.Time.GetUtcNow()));
        await world.Order(preview, RedriveOrder.Start);
        var done = await world.DriveAndArrive(preview);

        Assert.Equal((1, 0), (done.Counts.Refused, done.Counts.Sent));
    }

    [Fact]
    public async Task Scenario_13_an_offer_to_an_organisation_that_lost_its_standing_is_recipient_blocked()
    {
        await using var world = await Open(databases);
        var referrals = world.Referrals;
        await referrals.Agree(ReferralWorld.ToClass());
        await referrals.Open(referrals.Need("XQ-1"));
        await referrals.Route();
        await world.Fail((await referrals.Sent<EventsRecorded>("events-recorded"))[0].Body, "hub.fan-out");

        referrals.Time.Advance(TimeSpan.FromHours(1));
        await referrals.Register(ReferralWorld.Organisation(ReferralWorld.County, "COUNTY", "410423") with { Status = "ABNORMAL" });

        Assert.Equal(1, Assert.Contains(RedriveVerdict.RecipientBlocked, (await world.Preview()).Verdicts));
    }

    [Fact]
    public async Task Scenario_04_an_old_given_is_superseded_and_even_when_it_is_applied_it_grants_nothing()
    {
        await using var world = await Open(databases);
        var referrals = world.Referrals;
        var given = ReferralWorld.ToClass();
        var failureId = await world.Fail(referrals.Told(given));
        await referrals.Land(referrals.Told(ReferralWorld.Withdrawal(given, referrals.Time.GetUtcNow())));
        await referrals.Open(referrals.Need("XQ-1"));

        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        var done = await world.DriveAndArrive(preview);
        Assert.Equal(1, Assert.Contains(RedriveVerdict.Superseded, preview.Verdicts));
        Assert.Equal(1, done.Counts.Refused);

        // Even a hand that pushes it through the pipeline gives nothing back.
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            var record = referrals.Told(given);
            await referrals.Get<IntegrationHub.Pipeline.ChunkPipeline>().ProcessAgain(
                work, new Dictionary<CanonicalRecord, Guid>(ReferenceEqualityComparer.Instance) { [record] = record.SourceKey }, Token);
            await work.Commit(Token);
        }

        await referrals.Route();
        Assert.DoesNotContain(await referrals.Told(), told => told.Type == "referral.offered");
        Assert.Equal(FailureState.Open, (await world.Failed.Show(Wang, failureId, Token)).Line.State);
    }

    [Fact]
    public async Task Records_are_taken_through_the_stations_again_and_each_knows_whether_it_is_newer()
    {
        await using var world = await Open(databases);
        var referrals = world.Referrals;
        await referrals.Land(referrals.NeedRecord("XQ-2", version: 5));
        await world.Fail(referrals.NeedRecord("XQ-1"));
        await world.Fail(referrals.NeedRecord("XQ-2", version: 4));
        await world.Fail(referrals.NeedRecord("XQ-2", version: 4) with { SourceKey = referrals.SourceKey("XQ-3"), NeedRef = "XQ-3" });
        await referrals.Land(referrals.NeedRecord("XQ-3", version: 4));
        await referrals.Land(referrals.NeedRecord("XQ-4", version: 4));
        await world.Fail(referrals.NeedRecord("XQ-4", version: 4) with { ContentHash = Guid.CreateVersion7() });

        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        await world.Drive(preview);
        await Consume(world);
        var done = await world.Drive(preview);

        Assert.Equal(
            [
                (RedriveVerdict.AlreadyApplied, 1L), (RedriveVerdict.Contradicted, 1L), (RedriveVerdict.Superseded, 1L),
                (RedriveVerdict.WouldApply, 1L),
            ],
            preview.Verdicts.Select(verdict => (verdict.Key, verdict.Value)).OrderBy(verdict => verdict.Key, StringComparer.Ordinal));
        Assert.Equal((1, 1, 2), (done.Counts.Applied, done.Counts.AlreadyApplied, done.Counts.Refused));
        Assert.Equal("1", await world.Database.Ask("select count(*) from referrals.need where need_ref = 'XQ-1'"));
    }

    [Fact]
    public async Task What_took_effect_after_it_failed_is_already_applied_and_closed()
    {
        await using var world = await Open(databases);
        await world.Fail();
        await world.Database.Run("delete from outbox.ticket");

        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        var done = await world.DriveAndArrive(preview);

        Assert.Equal(1, Assert.Contains(RedriveVerdict.AlreadyApplied, preview.Verdicts));
        Assert.Equal(1, done.Counts.AlreadyApplied);
        Assert.Equal("0", await world.Database.Ask("select count(*) from failures.failed_message where state = 'NEW'"));
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_schema_invalid()
    {
        await using var world = await Open(databases);
        await world.Fail();
        await world.Fail();
        await world.Database.Run("update failures.failed_message set body = '{ broken' where failure_id = 1");
        await world.Database.Run("update failures.failed_message set body = '{\"message\":{}}' where failure_id = 2");

        Assert.Equal(2, Assert.Contains(RedriveVerdict.SchemaInvalid, (await world.Preview()).Verdicts));
    }

    [Fact]
    public async Task A_canary_that_fails_stops_it_and_the_rest_stays_home()
    {
        await using var world = await Open(databases);
        await world.FailMany(30);
        var preview = await world.Preview(canary: 3);
        await world.Order(preview, RedriveOrder.Start);
        await world.Drive(preview);

        var first = await world.UnderWay();
        Assert.Equal(3, first.Count);
        await world.Arrives(first[0]);
        await world.FailsAgain(first[1]);
        await world.Arrives(first[2]);
        var stopped = await world.Drive(preview);

        Assert.Equal((RedriveState.Stopped, "redrive.canary_failed"), (stopped.State, stopped.StoppedWhy));
        Assert.Equal((2, 1, 27), (stopped.Counts.Applied, stopped.Counts.Failed, stopped.Counts.Waiting));
        Assert.Empty(await world.UnderWay());
        await world.Order(preview, RedriveOrder.Cancel);
        var cancelled = await world.Drive(preview);
        Assert.Equal((RedriveState.Cancelled, 27), (cancelled.State, cancelled.Counts.Cancelled));
        Assert.True(cancelled.Counts.AddsUp);
        Assert.Equal("28", await world.Database.Ask("select count(*) from failures.failed_message where state = 'NEW'"));
    }

    [Fact]
    public async Task It_stops_by_itself_when_too_much_of_it_fails()
    {
        await using var world = await Open(databases);
        await world.FailMany(60);
        var preview = await world.Preview(rate: 30, stop: 0.2);
        await world.Order(preview, RedriveOrder.Start);
        var operation = await world.Look(preview);
        for (var round = 0; round < 60 && operation.State == RedriveState.Running; round++)
        {
            foreach (var row in await world.UnderWay())
                await world.FailsAgain(row);
            world.Referrals.Time.Advance(TimeSpan.FromSeconds(0.4));
            await world.Driver.Step(preview.Operation.OperationId, Token);
            operation = await world.Look(preview);
        }

        Assert.Equal((RedriveState.Stopped, "redrive.failure_ratio"), (operation.State, operation.StoppedWhy));
        Assert.True(operation.Counts.Waiting > 0);
        await world.AssertCounted(operation);
    }

    [Fact]
    public async Task R49_above_a_size_a_second_person_approves_and_nothing_goes_before()
    {
        await using var world = await Open(databases);
        await world.Desk.SetPolicy(Li, new RedrivePolicy("endpoint", "*", RedrivePolicy.Allowed, 2), "small steps", Token);
        await world.FailMany(3);
        var preview = await world.Preview();
        Assert.True(preview.Operation.NeedsApproval);

        var waiting = await world.Order(preview, RedriveOrder.Start);
        Assert.Equal(RedriveState.AwaitingApproval, waiting.Operation.State);
        await world.Drive(preview);
        Assert.Empty(await world.UnderWay());
        var refused = await Assert.ThrowsAsync<HubProblemException>(() => world.Order(preview, RedriveOrder.Approve, Wang));
        Assert.Equal("redrive.same_person", refused.Code);
        var noApprover = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Order(preview, RedriveOrder.Approve, Somebody("zhao", "", AdminRole.Operator)));
        Assert.Equal("access.role", noApprover.Code);
        await world.Order(preview, RedriveOrder.Approve, Li);
        var done = await world.DriveAndArrive(preview);

        Assert.Equal((3, "li"), (done.Counts.Applied, done.ApprovedBy));
        Assert.Equal(
            "redrive.made redrive.start redrive.refused redrive.approve redrive.done",
            await world.Database.Ask("select string_agg(action, ' ' order by sequence) from audit.entry where action like 'redrive.%' and action <> 'redrive.policy_changed'"));
    }

    [Fact]
    public async Task What_a_policy_forbids_is_refused()
    {
        await using var world = await Open(databases);
        await world.Fail();
        await world.Desk.SetPolicy(Li, new RedrivePolicy("endpoint", RedriveWorld.Endpoint, RedrivePolicy.Forbidden, null), "not this one", Token);

        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        var done = await world.DriveAndArrive(preview);

        Assert.Equal(1, Assert.Contains(RedriveVerdict.Forbidden, preview.Verdicts));
        Assert.Equal(1, done.Counts.Refused);
    }

    [Fact]
    public async Task Two_administrators_at_once_send_every_message_once()
    {
        await using var world = await Open(databases);
        await world.FailMany(40);
        var one = await world.Preview(who: Wang);
        var other = await world.Preview(who: Li);
        await world.Order(one, RedriveOrder.Start, Wang);
        await world.Order(other, RedriveOrder.Start, Li);

        world.Referrals.Time.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => Task.Run(() => world.Driver.Step((i % 2 == 0 ? one : other).Operation.OperationId, Token))));
        await world.Drive(one);
        await world.Drive(other);
        var sent = await world.UnderWay();
        Assert.Equal(40, sent.Select(row => row.MessageId).Distinct().Count());
        Assert.Equal(40, sent.Count);
        foreach (var row in sent)
            await world.Arrives(row);
        var first = await world.DriveAndArrive(one);
        var second = await world.DriveAndArrive(other);

        Assert.Equal(40, first.Counts.Applied + second.Counts.Applied);
        Assert.Equal(40, first.Counts.Refused + second.Counts.Refused);
        Assert.True(first.Counts.AddsUp && second.Counts.AddsUp);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_happens_while_it_drives_it_adds_up_to_the_message(int seed)
    {
        var chance = new Random(seed);
        await using var world = await Open(databases);
        await world.FailMany(80);
        await world.Database.Run($"delete from outbox.ticket where message_id in (select message_id from failures.failed_message where failure_id % 9 = {seed})");
        var preview = await world.Preview(canary: seed % 3 * 5, rate: 25, stop: 0.9);
        await world.Order(preview, RedriveOrder.Start);
        var effects = 0;
        var onTheWay = new List<OutboxRow>();
        var operation = await world.Look(preview);
        for (var round = 0; round < 400 && !operation.IsFinal; round++)
        {
            switch (chance.Next(10))
            {
                case 0 when operation.State is RedriveState.Running or RedriveState.Canary:
                    await world.Order(preview, RedriveOrder.Pause);
                    break;
                case 1 when chance.Next(12) == 0 && operation.State != RedriveState.Cancelling:
                    await world.Order(preview, RedriveOrder.Cancel);
                    break;
                case 2:
                    await Killed(world, preview, chance);
                    break;
                default:
                    await world.Driver.Step(preview.Operation.OperationId, Token);
                    break;
            }

            world.Referrals.Time.Advance(TimeSpan.FromMilliseconds(chance.Next(800)));
            onTheWay.AddRange(await world.UnderWay());
            foreach (var row in onTheWay.Where(_ => chance.Next(3) > 0).ToList())
            {
                onTheWay.Remove(row);
                if (chance.Next(8) == 0)
                    await world.FailsAgain(row);
                else if (await world.Arrives(row))
                    effects++;
                if (chance.Next(6) == 0)
                    Assert.False(row.Endpoint is null);
                if (chance.Next(10) == 0)
                    onTheWay.Add(row); // delivered twice
            }

            operation = await world.Look(preview);
            if (operation.State is RedriveState.Paused or RedriveState.Stopped && chance.Next(3) == 0)
                operation = (await world.Order(preview, RedriveOrder.Resume)).Operation;
        }

        Assert.True(operation.IsFinal, operation.State);
        Assert.True(operation.Counts.AddsUp, $"{operation.Counts}");
        await world.AssertCounted(operation);
        Assert.True(operation.Counts.Applied <= effects, $"{operation.Counts} and {effects} effects");
        Assert.Equal(
            "0", await world.Database.Ask("select count(*) from failures.failed_message where operation_id is not null"));
    }

    // A process that dies in a step leaves nothing of it behind.
    private static async Task Killed(RedriveWorld world, RedriveSheet preview, Random chance)
    {
        using var death = CancellationTokenSource.CreateLinkedTokenSource(Token);
        death.CancelAfter(TimeSpan.FromMilliseconds(chance.Next(1, 12)));
        try
        {
            await world.Driver.Step(preview.Operation.OperationId, death.Token);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            // Nothing was committed, or all of it.
        }
    }

    private static async Task Consume(RedriveWorld world)
    {
        var sent = await world.Referrals.Sent<RedriveRecords>("redrive-records");
        foreach (var (id, body) in sent)
            await world.Referrals.Get<RecordsAgain>().Take(id, body.FailureIds, Token);
    }
}
