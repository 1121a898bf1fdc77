using IntegrationHub.Aid;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Protection;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Reconciliation;

public sealed class NightReconciliationTests(HubDatabases databases)
{
    private static readonly Keyring Keyring = new(new byte[32]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_night_is_counted_once_and_shown_as_it_was_made()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, null, Token);
        await world.Claims.Claim(Calling(County), referral, 1, null, Token);
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<HubProblemException>(() => world.Claims.Claim(Calling(County), referral, 1, ["bank"], Token));
        await world.RecordAid(referral);
        await world.Open(world.Need("XQ-2"));
        await world.Route();
        await world.Answers.Decline(Calling(County), world.ReferralOf("XQ-2"), 1, "CAPACITY", Token);
        var night = Night(world, new Book(BookRole.Giver, Aid(1, 500)));

        var report = await night.Run(Token);
        world.Time.Advance(TimeSpan.FromDays(1));
        var nothing = await night.Run(Token);

        Assert.Equal(
            new NightCounts { Offers = 2, Accepted = 1, Declined = 1, Released = 1, Refused = 1, AidRecords = 1 }, report.Counts);
        Assert.Equal(
            new NightCounts { Offers = 0, Accepted = 0, Declined = 0, Released = 0, Refused = 0, AidRecords = 0 }, nothing.Counts);
        Assert.Equal(report.Until, nothing.Since);
        Assert.Equivalent(report, await night.Show(report.ReconciliationId.ToString(), Token), strict: true);
        Assert.Equal(report.Digest(), (await night.Show(report.ReconciliationId.ToString(), Token)).Digest());
        Assert.Equal(nothing.Digest(), (await night.Show("last", Token)).Digest());
        Assert.Equal($"{nothing.Digest()} {nothing.Digest()} {nothing.Unexplained}", await world.Database.Ask(
            """
            select r.digest, e.detail::jsonb ->> 'digest', r.unexplained
              from reconciliation.run r
              join audit.entry e on e.subject = r.reconciliation_id::text and e.action = 'reconciliation.completed'
             order by r.until desc
             limit 1
            """));
    }

    [Fact]
    public async Task What_a_slow_transaction_commits_after_the_count_is_counted_by_the_next()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();
        var night = Night(world);

        await using var slow = await world.Database.Hub.Begin(Token);
        await slow.Execute(
            """
            insert into referrals.transition (referral_id, attempt, state, actor, at)
            select referral_id, 1, 'DECLINED', 'test', $1 from referrals.referral
            """,
            [Parameter.Instant(world.Time.GetUtcNow())], Token);
        await Task.Delay(50, Token);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        var before = await night.Run(Token);
        await slow.Commit(Token);
        var after = await night.Run(Token);

        Assert.Equal((0, 1), (before.Declined, after.Declined));
        Assert.Equal(1, before.Offers + after.Offers);
    }

    [Fact]
    public async Task Three_books_are_compared_line_by_line_and_in_money()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Record(world, reported: true, Aid(1, 100));
        await Record(world, reported: false, Aid(2, 50));
        await Record(world, reported: true, Aid(3, 7) with { ReferralId = null });

        var report = await Night(
            world,
            new Book(BookRole.Giver, Aid(1, 100), Aid(2, 50), Aid(3, 7), Aid(4, 9)),
            new Book(BookRole.Informed, Aid(1, 90))).Run(Token);

        Assert.Equal(
            [
                new Difference("payment", "sum", "giver", "total", null),
                new Difference("payment", "sum", "informed", "total", null),
                new Difference("record", "different", "informed", Aid(1, 0).AidId, null),
                new Difference("record", "missing_here", "giver", Aid(4, 0).AidId, null),
                new Difference("payment", "sum", "informed", $"{County}:no_referral", "no_referral"),
                new Difference("payment", "sum", "informed", $"{County}:not_reported_yet", "not_reported_yet"),
                new Difference("record", "missing_there", "informed", Aid(2, 0).AidId, "not_reported_yet"),
                new Difference("record", "missing_there", "informed", Aid(3, 0).AidId, "no_referral"),
            ],
            report.Differences);
        Assert.Equal(4, report.Unexplained);
    }

    [Fact]
    public async Task An_aid_that_stands_in_failures_is_explained()
    {
        await using var world = await ReferralWorld.Open(databases);
        var lost = CharityAidRecords.Of(Keyring, Aid(1, 100));
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            await FailureStore.Record(
                work, new FailedRecord(lost.SourceKey, "CharityAidRecord", new FormatException(), []), world.Time.GetUtcNow(), Token);
            await work.Commit(Token);
        }

        var report = await Night(world, new Book(BookRole.Giver, Aid(1, 100))).Run(Token);

        Assert.Equal(
            [("missing_here", "in_failures"), ("sum", "in_failures")],
            report.Differences.Select(one => (one.Class, one.Explained)).OrderBy(one => one.Class, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_partner_that_is_away_is_one_explained_difference_and_the_others_are_compared()
    {
        await using var world = await ReferralWorld.Open(databases);

        var report = await Night(world, new Book(BookRole.Informed) { IsAway = true }, new Book(BookRole.Giver, Aid(1, 1))).Run(Token);

        Assert.Equal(
            new Difference("transport", "partner_unreachable", "informed", "partner.unreachable", "partner_unreachable"),
            Assert.Single(report.Differences, one => one.Source == "informed"));
        Assert.Equal(2, report.Unexplained);
    }

    [Fact]
    public async Task Files_of_finished_runs_that_were_not_taken_or_do_not_add_up_are_told()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Database.Run(
            $"""
            insert into intake.stream (source, type, area) values ('provincial', 'HZ', '410423');
            insert into intake.run (run_id, source, as_of, state, started_at, heartbeat_at, finished_at, problem_code)
            select id::uuid, 'provincial', now(), state, now(), now(), '{world.Time.GetUtcNow():O}', code
              from (values ('00000000-0000-7000-8000-000000000001', 'COMPLETED', 'partner.unreachable')
                         , ('00000000-0000-7000-8000-000000000002', 'RUNNING', null)) as run (id, state, code);
            insert into intake.file (run_id, stream_id, name, type, digest, archive_ref, as_of, seq, state, code, rows, unchanged
                                   , quarantined, received_at)
            select run::uuid, 1, name, 'HZ', '', '', now(), 1, state, code, 10, unchanged, 1, now()
              from (values ('00000000-0000-7000-8000-000000000001', 'fits', 'DONE', null, 9)
                         , ('00000000-0000-7000-8000-000000000001', 'does not', 'DONE', null, 8)
                         , ('00000000-0000-7000-8000-000000000002', 'unfinished', 'LANDING', null, 0)
                   ) as file (run, name, state, code, unchanged);
            insert into intake.file (run_id, stream_id, name, type, digest, archive_ref, as_of, seq, state, code, rows, unchanged
                                   , received_at)
            select '00000000-0000-7000-8000-000000000001', 1, name, 'HZ', '', '', now(), 1, state, code, 10, unchanged, now()
              from (values ('torn', 'HELD', 'file.torn', 0), ('again', 'IGNORED', 'file.duplicate', 10)
                   ) as file (name, state, code, unchanged);
            """);

        var report = await Night(world).Run(Token);

        Assert.Equal(
            [
                ("count", "does not", null),
                ("file_held", "torn", "file.torn"),
                ("file_ignored", "again", "file.duplicate"),
                ("not_taken", "00000000-0000-7000-8000-000000000001", "partner.unreachable"),
            ],
            report.Differences.Select(one => (one.Class, one.Key, one.Explained)));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty((await Night(world).Run(Token)).Differences);
    }

    [Fact]
    public async Task What_is_still_on_its_way_is_told_and_explained_while_it_is_young_or_has_failed()
    {
        await using var world = await ReferralWorld.Open(databases);
        var now = world.Time.GetUtcNow();
        await Subscriber.Subscribe(world.Database.Hub, County, new Uri("http://127.0.0.1:5080/hooks"));
        var failed = Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddHours(-1));
        await world.Database.Run(
            $"""
            insert into intake.chunk (chunk_id, number, records, state, created_at)
            values (gen_random_uuid(), 1, 1, 'WAITING', '{now.AddMinutes(-9):O}')
                 , (gen_random_uuid(), 2, 1, 'WAITING', '{now.AddMinutes(-10):O}')
                 , (gen_random_uuid(), 3, 1, 'WAITING', '{now.AddDays(-1):O}')
                 , (gen_random_uuid(), 4, 1, 'DONE', '{now.AddDays(-1):O}');
            insert into outbox.ticket (message_id, consumer)
            values ('{failed}', 'pipeline')
                 , ('{failed}', 'fan-out')
                 , ('{Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddMinutes(-11))}', 'fan-out')
                 , ('{Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddMinutes(-9))}', 'report-provincial');
            insert into subscriptions.delivery (subscription_id, sequence, event_id, type, body, state, next_try_at, created_at)
            select subscription_id, number, gen_random_uuid(), '', '', delivery.state, now(), created::timestamptz
              from subscriptions.subscription
                 , (values (1, 'WAITING', '{now.AddMinutes(-1):O}'), (2, 'WAITING', '{now.AddMinutes(-11):O}')
                         , (3, 'PARKED', '{now.AddDays(-2):O}'), (4, 'DELIVERED', '{now.AddDays(-2):O}')
                   ) as delivery (number, state, created)
            """);
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            foreach (var endpoint in (string[])["hub.fan-out", "hub.process-chunk"])
                await FailureStore.Add(work, FailureReport.Of(failed, endpoint, "", new FormatException(), []), now, Token);
            await work.Commit(Token);
        }

        var report = await Night(world).Run(Token);

        Assert.Equal(
            [
                ("chunks=1", null),
                ("chunks=1:in_failures", "in_failures"),
                ("chunks=1:in_flight", "in_flight"),
                ("deliveries=1", null),
                ("deliveries=1", null), // parked
                ("deliveries=1:in_flight", "in_flight"),
                ("messages to fan-out=1", null),
                ("messages to fan-out=1:in_failures", "in_failures"),
                ("messages to report-provincial=1:in_flight", "in_flight"),
            ],
            report.Differences.Select(one => (one.Key, one.Explained)).OrderBy(one => one.Key, StringComparer.Ordinal));
        Assert.Equal("deliveries=1", Assert.Single(report.Differences, one => one.Class == "parked").Key);
    }

    [Fact]
    public async Task While_one_is_being_written_another_is_refused_and_nothing_is_kept_of_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        await using var other = await world.Database.Hub.Begin(Token);
        await ReconciliationStore.TryLock(other, Token);

        var refused = await Assert.ThrowsAsync<HubProblemException>(() => Night(world).Run(Token));

        Assert.Equal("reconcile.already_running", refused.Code);
        Assert.Equal("0", await world.Database.Ask("select count(*) from reconciliation.run"));
    }

    [Theory]
    [InlineData("last")]
    [InlineData("00000000-0000-7000-8000-000000000001")]
    [InlineData("yesterday")]
    public async Task What_was_never_made_is_not_shown(string which)
    {
        await using var world = await ReferralWorld.Open(databases);

        var refused = await Assert.ThrowsAsync<HubProblemException>(() => Night(world).Show(which, Token));

        Assert.Equal("reconcile.not_found", refused.Code);
    }

    private static NightReconciliation Night(ReferralWorld world, params Book[] books) =>
        new(world.Database.Hub, books, Keyring, world.Get<MessageOutbox>(), world.Book, world.Time, NullLogger<NightReconciliation>.Instance);

    private static CharityAid Aid(int number, decimal amount) => new()
    {
        AidId = $"{County}-{number}",
        Version = 1,
        Uscc = County,
        ReferralId = new Guid("00000000-0000-0000-0000-000000000001"),
        Kind = "ZY",
        Form = "CASH",
        Amount = amount,
        Date = new DateOnly(2026, 3, 2),
        Funding = "CHARITY_GENERAL",
        Status = "PAID",
    };

    private static async Task Record(ReferralWorld world, bool reported, CharityAid aid)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        var earlier = world.Time.GetUtcNow().AddHours(-1);
        await AidStore.UpsertCharity(work, [CharityAidRecords.Of(Keyring, aid)], earlier, Token);
        if (reported)
            await AidStore.Reported(work, aid, earlier, Token);
        await work.Commit(Token);
    }

    /// <summary>A partner that keeps these aids and adds them up rightly.</summary>
    private sealed class Book(BookRole role, params CharityAid[] aids) : IPartnerBook
    {
        public bool IsAway { get; init; }

        public string Source => role == BookRole.Giver ? "giver" : "informed";

        public BookRole Role => role;

        public Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(aids.ToDictionary(
                aid => aid.AidId,
                aid => AidFieldHash.Of(aid.AidId, aid.Uscc, aid.Form, aid.Amount, aid.Date, aid.Status)));

        public Task<BookTotals?> Totals(CancellationToken cancellationToken) => IsAway
            ? throw new HubProblemException("partner.unreachable", "It does not answer.", "Try later.")
            : Task.FromResult<BookTotals?>(new BookTotals(aids.Length, aids.Sum(aid => aid.Amount ?? 0)));
    }
}
