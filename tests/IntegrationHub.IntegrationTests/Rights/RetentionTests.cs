using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Audit;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Rights;

/// <summary>P14: what its time has ended for goes, what a hold covers stays, and what is left is still proven.</summary>
public sealed class RetentionTests(HubDatabases databases)
{
    private static readonly PolicyBook Policy = PolicyFile.Book(Path.Combine(AppContext.BaseDirectory, "contracts"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P14_after_three_years_releases_and_decisions_go_and_the_rest_is_still_proven()
    {
        await using var world = await Released();
        world.Time.Advance(TimeSpan.FromDays(1_096));
        Assert.All(await Run(world), line => Assert.Equal(0, line.Gone)); // to the day it is still kept
        world.Time.Advance(TimeSpan.FromDays(1));

        var lines = await Run(world);

        Assert.Equal((1, 1), (GoneOf(lines, "releases"), DueOf(lines, "releases")));
        Assert.True(GoneOf(lines, "decisions") >= 2);
        Assert.True(GoneOf(lines, "transitions") >= 2);
        Assert.Equal("0 0", await world.Database.Ask("select (select count(*) from disclosure.release), (select count(*) from disclosure.decision)"));
        Assert.IsType<Verification.Proven>(await Verify(world));
    }

    [Fact]
    public async Task A_release_that_was_taken_out_before_its_time_is_still_missed_after_a_retention()
    {
        await using var world = await Released();
        world.Time.Advance(TimeSpan.FromDays(100));
        await Run(world);

        await world.Database.Run("delete from disclosure.release");

        Assert.Equal("release.unproven", Assert.IsType<Verification.Broken>(await Verify(world)).Code);
    }

    [Fact]
    public async Task P14_a_dry_run_counts_the_same_and_touches_nothing()
    {
        await using var world = await Released();
        world.Time.Advance(TimeSpan.FromDays(1_200));
        var before = await world.Database.Dump();

        var dry = await Run(world, isDry: true);

        Assert.Equal(before, await world.Database.Dump());
        Assert.All(dry, line => Assert.Equal(0, line.Gone));
        Assert.Equal(dry.Select(line => (line.Entity, line.Due)), (await Run(world)).Select(line => (line.Entity, line.Due)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P14_what_a_hold_covers_stays_and_goes_when_it_is_lifted(bool onPerson)
    {
        await using var world = await Released();
        var holds = new LegalHolds(world.Database.Hub, world.Finder, world.Time);
        HoldSubject subject = onPerson
            ? new HoldSubject.OfPerson(new PersonReference.Key(world.KeyOf(1)))
            : new HoldSubject.OfReferral(world.ReferralOf("XQ-1"));
        await holds.Set(subject, "court", "case 7", Token);
        world.Time.Advance(TimeSpan.FromDays(1_200));

        var held = await Run(world);
        Assert.Equal((0, 0, 0), (GoneOf(held, "releases"), GoneOf(held, "decisions"), GoneOf(held, "transitions")));
        Assert.IsType<Verification.Proven>(await Verify(world));

        await holds.Lift(subject, "court", "closed", Token);
        Assert.Equal(1, GoneOf(await Run(world), "releases"));
    }

    [Fact]
    public async Task P14_bodies_of_deliveries_and_decided_failures_go_and_their_places_stay_batch_by_batch()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Database.Run(
            """
            insert into subscriptions.subscription (subscription_id, uscc, url, secret, created_at)
            values ('00000000-0000-7000-8000-000000000001', 'x', 'https://x', '\x01', now());
            insert into subscriptions.delivery (subscription_id, sequence, event_id, type, body, state, next_try_at, delivered_at, created_at)
            select '00000000-0000-7000-8000-000000000001', n, gen_random_uuid(), 't', 'body'
                 , case when n = 11 then 'WAITING' else 'DELIVERED' end, '2026-03-01', '2026-03-01', '2026-03-01'
              from generate_series(1, 11) n;
            insert into failures.failure_group (group_key, exception_type, frame, message_type, endpoint, first_seen, last_seen)
            values ('g', 'x', '', 't', 'e', '2026-03-01', '2026-03-01');
            insert into failures.failed_message (message_id, endpoint, message_type, exception_type, exception_message, stack, group_key, group_id, body, state, first_failed_at, last_failed_at)
            select gen_random_uuid(), 'e', 't', 'x', 'x', 'x', 'g', group_id, '\x01', case when n = 1 then 'NEW' else 'DISCARDED' end, '2026-03-01', '2026-03-01'
              from failures.failure_group, generate_series(1, 4) n
            """);
        world.Time.Advance(TimeSpan.FromDays(400));

        var lines = await Run(world, batch: 3);

        Assert.Equal((10, 3), (GoneOf(lines, "deliveredBodies"), GoneOf(lines, "failureBodies")));
        Assert.Equal("11 1", await world.Database.Ask("select count(*), count(*) filter (where body <> '') from subscriptions.delivery"));
        Assert.Equal("4 1", await world.Database.Ask("select count(*), count(*) filter (where length(body) > 0) from failures.failed_message"));
    }

    [Fact]
    public async Task P14_originals_go_after_their_days_with_what_explains_them_and_take_the_erased_person_along()
    {
        await using var world = await NightWorld.Create(databases);
        var province = new Province(7, 12);
        province.Night(1).ForEach(file => file.Drop(world.DropFolder));
        await world.Night(1);
        await File.WriteAllTextAsync(Path.Combine(world.Folder, "archive", "left-by-a-crash"), "x", Token);
        File.SetLastWriteTimeUtc(Path.Combine(world.Folder, "archive", "left-by-a-crash"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var archived = Directory.GetFiles(Path.Combine(world.Folder, "archive")).Length;

        Assert.Equal(0, GoneOf(await Run(world), "rawFiles"));
        world.Time.Advance(TimeSpan.FromDays(91));
        var lines = await Run(world);

        Assert.Equal(archived - 1, GoneOf(lines, "rawFiles"));
        Assert.Empty(Directory.GetFiles(Path.Combine(world.Folder, "archive")));
        Assert.Equal("0", await world.Ask("select count(*) from intake.file where archive_ref <> ''"));
        await world.AssertConserved();
    }

    [Fact]
    public async Task P14_an_original_in_which_a_held_person_stands_is_kept_and_its_neighbours_are_not()
    {
        await using var world = await NightWorld.Create(databases);
        var province = new Province(7, 12);
        province.Night(1).ForEach(file => file.Drop(world.DropFolder));
        await world.Night(1);
        await world.Get<LegalHolds>().Set(
            new HoldSubject.OfPerson(PersonReference.Read("-", new StringReader(Province.IdOf(3)))), "court", "case 7", Token);
        world.Time.Advance(TimeSpan.FromDays(91));

        await Run(world);

        Assert.Equal("CY FF HZ", await world.Ask("select string_agg(distinct type, ' ' order by type) from intake.file where archive_ref <> ''"));
        Assert.Equal("1", await world.Ask("select count(distinct substring(name from '_(4104..)_')) from intake.file where archive_ref <> ''"));
    }

    [Fact]
    public async Task P14_the_audit_log_loses_whole_days_whose_roots_are_outside_and_says_so_first()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        days.Time.Advance(TimeSpan.FromDays(3_650));
        await days.Roots.MakeDue(Token);

        var kept = await Run(days.Database, days.Time);
        Assert.Equal(5, GoneOf(kept, "audit")); // 2 March; the days after are inside the ten years
        Assert.IsType<Verification.Proven>(await days.Verify());

        days.Time.Advance(TimeSpan.FromDays(1));
        await days.Database.Run("update audit.root set exported_at = null where day = '2026-03-03'");
        Assert.Equal(0, GoneOf(await Run(days.Database, days.Time), "audit"));
        await days.Roots.MakeDue(Token);
        await days.Roots.Export(days.Exports + "-2", Token);
        Assert.Equal(5, GoneOf(await Run(days.Database, days.Time), "audit"));
        Assert.Equal("11", await days.Database.Ask("select min(sequence) from audit.entry"));
        Assert.IsType<Verification.Proven>(await days.Verify());
        await days.Database.Run("delete from audit.entry where sequence = 11");
        Assert.Equal("audit.broken", Assert.IsType<Verification.Broken>(await days.Verify()).Code);
    }

    [Fact]
    public async Task Days_that_somebody_else_took_off_the_log_are_missed()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();

        await days.Database.Run("delete from audit.entry where sequence <= 5");

        Assert.Equal("entry 1 is missing", Assert.IsType<Verification.Broken>(await days.Verify()).Detail);
    }

    [Fact]
    public async Task A_pack_that_keeps_too_little_deletes_nothing()
    {
        await using var world = await Released();
        world.Time.Advance(TimeSpan.FromDays(1_200));
        var pack = Policy.All[^1] with { Retention = new Dictionary<string, int> { ["releases"] = 30 } };

        var problem = await Assert.ThrowsAsync<HubProblemException>(
            () => new RetentionRun(world.Database.Hub, PolicyBook.Of(pack), EmptyArchive(world), [], world.Keys, world.Time).Run(false, Token));

        Assert.Equal("retention.too_short", problem.Code);
        Assert.Equal("1", await world.Database.Ask("select count(*) from disclosure.release"));
    }

    private async Task<ReferralWorld> Released()
    {
        var world = await ReferralWorld.Open(databases);
        await world.Claims.Claim(Calling(County), await world.Accepted(), 1, ["name"], Token);
        return world;
    }

    private static Task<IReadOnlyList<RetentionLine>> Run(ReferralWorld world, bool isDry = false, int batch = 5_000) =>
        new RetentionRun(world.Database.Hub, Policy, EmptyArchive(world), [], world.Keys, world.Time) { BatchSize = batch }.Run(isDry, Token);

    private static Task<IReadOnlyList<RetentionLine>> Run(NightWorld world) => world.Get<RetentionRun>().Run(false, Token);

    private static Task<IReadOnlyList<RetentionLine>> Run(OwnDatabase database, FakeTimeProvider time) =>
        new RetentionRun(database.Hub, Policy, new Archive(new(new byte[32]), Options.Create(new ArchiveOptions { Folder = "none" })), [], new(new byte[32]), time)
            .Run(false, Token);

    private static Archive EmptyArchive(ReferralWorld world) =>
        new(world.Keys, Options.Create(new ArchiveOptions { Folder = Path.Combine(Path.GetTempPath(), $"none-{Guid.CreateVersion7():N}") }));

    private static Task<Verification> Verify(ReferralWorld world) =>
        new HubVerification(world.Database.Hub, Policy, world.Time).Verify(Token);

    private static long GoneOf(IReadOnlyList<RetentionLine> lines, string entity) => lines.Single(line => line.Entity == entity).Gone;

    private static long DueOf(IReadOnlyList<RetentionLine> lines, string entity) => lines.Single(line => line.Entity == entity).Due;
}
