using System.Text;
using IntegrationHub.Aid;
using IntegrationHub.Briefing;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using IntegrationHub.Reconciliation;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Briefing;

public sealed class BriefingDeskTests(HubDatabases databases)
{
    private static readonly DateOnly From = new(2026, 3, 1);
    private static readonly DateOnly To = new(2026, 3, 31);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R18_the_one_that_was_aided_is_withheld_with_what_would_tell_it_and_nobody_is_named()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.RecordAid(referral);
        for (var person = 2; person <= 11; person++)
        {
            await world.Know(person);
            await world.Open(world.Need($"XQ-{person}", person));
        }

        var report = await world.Get<BriefingDesk>().Make(From, To, "甲", Token);

        var county = report.Tables.Single(table => table.By == "county");
        Assert.Null(county.Sum.Counts[3]);
        Assert.True(county.Sum.Total is null || county.Sum.Counts[0] is null);
        Assert.Null(county.Sum.Amount);
        var page = Encoding.UTF8.GetString(BriefingFiles.Html(report)) + Encoding.UTF8.GetString(BriefingFiles.Csv(report));
        foreach (var leak in new[] { Name, Phone, IdOf(1), "410423101", world.KeyOf(1).ToString() })
            Assert.DoesNotContain(leak, page, StringComparison.Ordinal);
        Assert.Equal(report.Digest(), await world.Database.Ask("select detail::jsonb ->> 'digest' from audit.entry where action = 'briefing.made'"));
    }

    [Fact]
    public async Task R51_R34_projects_are_told_by_amount_and_number_with_their_corrections_and_without_a_beneficiary()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        var aids = Enumerable.Range(1, 6).Select(number => Aid(referral, number) with { Campaign = number <= 5 ? "0905" : null }).ToList();
        await Record(world, [.. aids]);
        await Record(world, aids[0] with { Version = 2, Amount = 50 });
        await Record(world, Aid(null, 9) with { ReversesId = aids[1].AidId, Amount = -100, Status = "REVERSED" });

        var all = await world.Get<BriefingDesk>().Disclose(From, To, null, "甲", Token);
        var tagged = await world.Get<BriefingDesk>().Disclose(From, To, "0905", "甲", Token);

        Assert.Equal([new ProjectSum(County, "暖冬", 6, 450m, true)], all);
        Assert.Equal([new ProjectSum(County, "暖冬", 5, 450m, true)], tagged);
        Assert.Equal([new ProjectSum(County, "暖冬", null, null, true)], await Disclosed(world, 7));
    }

    [Fact]
    public async Task R19_what_is_open_for_eight_days_is_in_the_oldest_part_of_its_owner()
    {
        await using var world = await ReferralWorld.Open(databases);
        var now = world.Time.GetUtcNow();
        await world.Database.Run(
            $"""
            insert into reconciliation.run (reconciliation_id, since, until, totals, unexplained, digest)
            values ('00000000-0000-7000-8000-000000000001', now(), now(), '{"{}"}', 1, '');
            insert into reconciliation.open_difference (difference_id, level, class, source, key, owner, state, first_seen_at, last_seen_at, last_run, changed_at)
            values (gen_random_uuid(), 'record', 'missing_here', 'charity', 'A-1', 'charity', 'OPEN', '{now.AddDays(-8):O}', now(), '00000000-0000-7000-8000-000000000001', now())
                 , (gen_random_uuid(), 'record', 'missing_here', 'charity', 'A-2', 'charity', 'OPEN', '{now.AddDays(-2):O}', now(), '00000000-0000-7000-8000-000000000001', now());
            """);

        var report = await world.Get<BriefingDesk>().Make(From, To, "甲", Token);

        Assert.Equal(new OpenRow("charity", DifferenceClass.MissingHere, 0, 1, 1), Assert.Single(report.Open));
    }

    [Fact]
    public async Task R21_a_source_that_is_late_raises_one_alarm_and_ends_it_when_it_comes()
    {
        await using var world = await ReferralWorld.Open(databases);
        var watch = world.Get<FreshnessWatch>();

        await watch.Check(["provincial"], Token);
        await watch.Check(["provincial"], Token);
        Assert.Equal("OPEN 1", await world.Database.Ask("select min(state) || ' ' || count(*) from aid.alert where code = 'source.stale'"));
        Assert.Single(await world.Told(), one => one.Type == AlertType.Stale);

        await world.Database.Run(
            $"""
            insert into intake.run (run_id, source, as_of, state, started_at, heartbeat_at, finished_at)
            values (gen_random_uuid(), 'provincial', '{world.Time.GetUtcNow().AddHours(-26):O}', 'COMPLETED', now(), now(), now())
            """);
        await watch.Check(["provincial"], Token);
        Assert.Equal("CLOSED FRESH_AGAIN", await world.Database.Ask("select state || ' ' || close_reason from aid.alert where code = 'source.stale'"));
    }

    private static async Task<IReadOnlyList<ProjectSum>> Disclosed(ReferralWorld world, int smallest)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        return await ProjectSums.Of(work, From, To, null, smallest, Token);
    }

    private static CharityAid Aid(Guid? referral, int number) => new()
    {
        AidId = $"{County}-{number}",
        Version = 1,
        Uscc = County,
        ReferralId = referral,
        Kind = "ZY",
        Form = "CASH",
        Amount = 100,
        Date = new DateOnly(2026, 3, 2),
        Funding = "CHARITY_GENERAL",
        Project = "暖冬",
        Status = "PAID",
    };

    private static async Task Record(ReferralWorld world, params CharityAid[] aids)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        await AidStore.UpsertCharity(
            work, [.. aids.Select(aid => CharityAidRecords.Of(world.Keys, aid))], world.Time.GetUtcNow(), Token);
        await work.Commit(Token);
    }
}
