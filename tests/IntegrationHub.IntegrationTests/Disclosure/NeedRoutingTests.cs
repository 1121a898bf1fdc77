using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

public sealed class NeedRoutingTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R22_a_need_with_consent_is_offered_to_the_countys_charity_and_all_of_it_is_on_record()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));

        await world.Route();

        Assert.Equal($"{world.ReferralOf("XQ-1")} OFFERED 1 1 {County}", await world.Database.Ask(
            "select referral_id, state, version, attempt, uscc from referrals.referral"));
        Assert.Equal($"OFFERED {County} True", await world.Database.Ask(
            "select state, uscc, expires_at = '2026-03-10T00:00+08:00' from referrals.attempt"));
        Assert.Equal(
            $"OFFERED {County} hub", await world.Database.Ask("select state, uscc, actor from referrals.transition"));
        Assert.Equal("OFFER 1 True permit TY-1 1 2026-01", await world.Database.Ask(
            """
            select step, attempt, permitted, reason, consent_id, consent_sequence, policy_version
              from disclosure.decision
            """));
        Assert.Equal("URGENT", await world.Database.Ask("select priority from referrals.need"));
        Assert.Equal("routing.page", await world.Database.Ask("select action from audit.entry"));
        var told = Assert.Single(await world.Told());
        Assert.Equal(("referral.offered", County), (told.Type, told.Recipient));
        Assert.Equal("410423", (string?)JsonNode.Parse(told.Data)!["division"]);
    }

    [Fact]
    public async Task The_next_nights_find_nothing_new_and_write_nothing_but_that_they_looked()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Know(2);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"), world.Need("XQ-2", person: 2));
        await world.Route();
        var before = await Counts(world);

        world.Time.Advance(TimeSpan.FromDays(1));
        await world.Route();
        world.Time.Advance(TimeSpan.FromDays(1));
        await world.Route();

        Assert.Equal("2 1 2 2", before);
        Assert.Equal(before, await Counts(world));
        Assert.Equal("AWAIT_CONSENT consent.none", await world.Database.Ask(
            "select state, reason from referrals.referral where uscc is null"));
        Assert.Equal("3", await world.Database.Ask("select count(*) from audit.entry"));
    }

    [Fact]
    public async Task A_refusal_is_kept_again_when_its_reason_has_changed()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Agree(ToClass(), Withdrawal(ToClass(), Night));
        await world.Route();
        await world.Route();

        Assert.Equal("consent.none,consent.withdrawn", await world.Database.Ask(
            "select string_agg(reason, ',' order by decision_id) from disclosure.decision"));
        Assert.Equal("consent.withdrawn", await world.Database.Ask("select reason from referrals.referral"));
    }

    [Fact]
    public async Task R24_an_offer_without_answer_lapses_at_the_right_midnight_and_the_next_is_asked()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();

        world.Time.SetUtcNow(new DateTimeOffset(2026, 3, 9, 23, 59, 0, TimeSpan.FromHours(8)));
        await world.Route();
        Assert.Equal("OFFERED 1", await world.Database.Ask("select state, attempt from referrals.referral"));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Route();

        Assert.Equal($"OFFERED 2 {City} 3", await world.Database.Ask(
            "select state, attempt, uscc, version from referrals.referral"));
        Assert.Equal("LAPSED,OFFERED", await world.Database.Ask(
            "select string_agg(state, ',' order by attempt) from referrals.attempt"));
        Assert.Equal(
            [("referral.offered", County), ("referral.lapsed", null), ("referral.offered", City)],
            (await world.Told()).Select(told => (told.Type, told.Recipient)));
    }

    [Fact]
    public async Task R36_a_declined_need_goes_from_the_county_to_the_city_and_then_waits_as_ready()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Answers.Decline(Calling(County), world.ReferralOf("XQ-1"), 1, "CAPACITY", Token);
        await world.Route();
        Assert.Equal($"OFFERED {City}", await world.Database.Ask("select state, uscc from referrals.referral"));
        await world.Answers.Decline(Calling(City), world.ReferralOf("XQ-1"), 2, "FUNDS", Token);

        await world.Route();
        await world.Route();

        Assert.Equal("READY 2", await world.Database.Ask("select state, attempt from referrals.referral"));
        Assert.Equal("OFFERED,DECLINED,OFFERED,DECLINED,READY", await world.Database.Ask(
            "select string_agg(state, ',' order by transition_id) from referrals.transition"));
    }

    [Fact]
    public async Task Scenario_02_a_withdrawn_consent_ends_the_referral_and_recalls_exactly_what_was_released()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        await world.Agree(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));

        await world.Route();
        await world.Review();
        await world.Route();

        Assert.Equal(
            "WITHDRAWN consent.withdrawn", await world.Database.Ask("select state, reason from referrals.referral"));
        Assert.Equal("WITHDRAWN", await world.Database.Ask("select state from referrals.attempt"));
        var recall = Assert.Single(await world.Told(), told => told.Type == "recall.issued");
        Assert.Equal(County, recall.Recipient);
        var data = JsonNode.Parse(recall.Data)!;
        Assert.Equal(await world.Database.Ask("select release_id from disclosure.release"), (string?)data["releaseId"]);
        Assert.Equal(["name", "phone"], data["items"]!.AsArray().Select(item => (string?)item));
        Assert.Equal("CONSENT_WITHDRAWN", (string?)data["reason"]);
        Assert.Equal(County, Assert.Single(await world.Told(), told => told.Type == "referral.withdrawn").Recipient);
        Assert.Equal("1 1", await world.Database.Ask("select count(*), max(sends) from disclosure.release"));
    }

    [Fact]
    public async Task Scenario_01_an_offer_whose_consent_is_withdrawn_is_withdrawn_and_nothing_is_recalled()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Agree(Withdrawal(ToClass(), world.Time.GetUtcNow()));

        await world.Route();

        Assert.Equal("WITHDRAWN", await world.Database.Ask("select state from referrals.referral"));
        Assert.Equal(["referral.offered", "referral.withdrawn"], (await world.Told()).Select(told => told.Type));
        Assert.Equal("False consent.withdrawn 2", await world.Database.Ask(
            "select permitted, reason, consent_sequence from disclosure.decision order by decision_id desc limit 1"));
    }

    [Fact]
    public async Task A_need_its_source_closed_or_stopped_sending_ends_the_referral()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"), world.Need("XQ-2"));
        await world.Route();
        await world.Open(world.Need("XQ-1", status: "CLOSED", version: 2));
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            await IntegrationHub.Referrals.NeedBook.End(work, [world.SourceKey("XQ-2")], Token);
            await work.Commit(Token);
        }

        await world.Route();

        Assert.Equal(
            "2", await world.Database.Ask("select count(*) from referrals.referral where state = 'CANCELLED'"));
        Assert.Equal(
            2, (await world.Told()).Count(told => told.Type == "referral.cancelled" && told.Recipient == County));
    }

    [Fact]
    public async Task R11_two_needs_of_one_person_are_two_referrals()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"), world.Need("XQ-2"));

        await world.Route();

        Assert.Equal("2 2", await world.Database.Ask(
            "select count(*), count(distinct need_id) from referrals.referral where state = 'OFFERED'"));
    }

    [Fact]
    public async Task A_full_page_asks_for_the_next_and_the_last_one_completes_the_run()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open([.. Enumerable.Range(1, 501).Select(number => world.Need($"XQ-{number}", hardship: "HD9"))]);
        var runId = await world.StartRun();

        await world.Route(new RouteNeeds { RunId = runId });
        Assert.Equal("500 RUNNING", await world.Database.Ask(
            "select (select count(*) from referrals.referral), state from intake.run"));
        var after = await world.Database.Ask("select need_id from referrals.need order by need_id offset 499 limit 1");
        var next = JsonNode.Parse(await world.Database.Ask(
            "select convert_from(body, 'UTF8') from outbox.message where topic like 'route-needs%'"))!;
        Assert.Equal((after, runId.ToString()), ((string?)next["others"]!["needId"], (string?)next["runId"]));
        await world.Route(next.Deserialize<RouteNeeds>(JsonSerializerOptions.Web)!);

        Assert.Equal("501 COMPLETED", await world.Database.Ask(
            "select (select count(*) from referrals.referral), state from intake.run"));
        Assert.Equal(
            "2", await world.Database.Ask("select count(*) from outbox.message where topic like 'events-recorded%'"));
        Assert.Equal(
            "1", await world.Database.Ask("select count(*) from outbox.message where topic like 'route-needs%'"));
    }

    [Fact]
    public async Task R05_the_urgent_are_told_first()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(
            [.. Enumerable.Range(1, 20).Select(n => world.Need($"XQ-{n}", hardship: n == 13 ? "HD1" : "HD9"))]);

        await world.Route();

        var told = await world.Told();
        Assert.Equal(world.ReferralOf("XQ-13").ToString(), told[0].Subject);
        Assert.Equal(20, told.Count);
        Assert.Equal("1 19", await world.Database.Ask(
            """
            select count(*) filter (where priority = 'URGENT'), count(*) filter (where priority = 'NORMAL')
              from referrals.need
            """));
    }

    private static Task<string> Counts(ReferralWorld world) => world.Database.Ask(
        """
        select (select count(*) from disclosure.decision)
             , (select count(*) from outbox.message where topic like 'events-recorded%')
             , (select count(*) from referrals.transition), (select count(*) from referrals.referral)
        """);
}
