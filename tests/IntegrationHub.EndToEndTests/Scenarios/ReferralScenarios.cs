using System.Globalization;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>The scenarios of domain.md §6 about the life of a referral, through the real API and bus.</summary>
[Collection(Scenarios.Name)]
public sealed class ReferralScenarios(ScenarioHub hub)
{
    private static readonly IReadOnlyList<string> s_all = [ScenarioHub.CountyCharity, .. ScenarioHub.CityCharities];

    [Fact]
    public async Task Scenario_03_an_offer_that_failed_three_weeks_ago_and_comes_again_is_judged_by_todays_consent()
    {
        var token = TestContext.Current.CancellationToken;
        var person = hub.NewApplicant();
        await using var keeper = await MessageKeeper.Open(hub.World, token);
        await HubBooks.Execute(hub.World, "alter table subscriptions.delivery add constraint out_of_order check (false) not valid", token);
        await hub.Tell([.. person.Registered(hub.Now), person.Need(hub.Now), person.Agrees(hub.Now, s_all)]);
        await HubBooks.Execute(hub.World, "alter table subscriptions.delivery drop constraint out_of_order", token);
        var referral = await hub.ReferralOf(person.NeedRef);
        Assert.Equal("OFFERED", await hub.StateOf(referral));
        var failed = Assert.Single(await keeper.About("referral.offered", token));
        Assert.Equal(1L, await hub.Scalar<long>($"select count(*) from failures.failed_message where message_id = '{failed.BasicProperties.MessageId}'"));

        await hub.Pass(TimeSpan.FromDays(21));
        await hub.Tell(person.Consent(hub.Now, 2, "撤回"));
        await keeper.PublishAgain(failed, token);

        await hub.Until($"not exists (select from outbox.ticket where message_id = '{failed.BasicProperties.MessageId}')");
        await hub.Inbox.Await(referral, "referral.withdrawn");
        await hub.AllDelivered(referral);
        Assert.Empty(hub.Inbox.About(referral, "referral.offered"));
        Assert.Equal("WITHDRAWN", await hub.StateOf(referral));
        Assert.Equal(0L, await hub.Releases(referral));
    }

    [Fact]
    public async Task Scenario_03_an_administrator_who_sends_it_again_sees_that_it_is_blocked_and_nothing_leaves()
    {
        var token = TestContext.Current.CancellationToken;
        var person = hub.NewApplicant();
        var other = hub.NewApplicant();
        var first = await hub.Scalar<long>("select coalesce(max(failure_id), 0) from failures.failed_message");
        await HubBooks.Execute(hub.World, "alter table subscriptions.delivery add constraint out_of_order check (false) not valid", token);
        await hub.Tell([.. person.Registered(hub.Now), person.Need(hub.Now), person.Agrees(hub.Now, s_all)]);
        await hub.Tell([.. other.Registered(hub.Now), other.Need(hub.Now), other.Agrees(hub.Now, s_all)]);
        await HubBooks.Execute(hub.World, "alter table subscriptions.delivery drop constraint out_of_order", token);
        var blocked = await hub.ReferralOf(person.NeedRef);
        var stands = await hub.ReferralOf(other.NeedRef);
        await hub.Tell(person.Consent(hub.Now, 2, "撤回"));
        var failed = (await hub.World.Cli.Json(["failed", "list", "--endpoint", "hub.fan-out", "--limit", "1000"], token)).Json
            .GetProperty("items").EnumerateArray().Select(line => line.GetProperty("failureId").GetInt64()).Where(id => id > first).ToList();

        var done = await hub.World.Cli.Json(
            ["failed", "redrive", "--reason", "the table is back", "--go", "--by", "wang", "--failure", .. failed.Select(id => $"{id}")], token);

        var counts = done.Json.GetProperty("operation").GetProperty("counts");
        Assert.Equal("DONE", done.Json.GetProperty("operation").GetProperty("state").GetString());
        Assert.Equal(failed.Count, counts.GetProperty("requested").GetInt32());
        Assert.True(counts.GetProperty("addsUp").GetBoolean(), done.Output);
        Assert.True(done.Json.GetProperty("verdicts").GetProperty("consent-blocked").GetInt64() >= 1, done.Output);
        Assert.True(counts.GetProperty("applied").GetInt32() >= 1, done.Output);
        await hub.Inbox.Await(stands, "referral.offered");
        await hub.AllDelivered(blocked);
        Assert.Empty(hub.Inbox.About(blocked, "referral.offered"));
    }

    [Fact]
    public async Task Scenario_12_two_people_under_one_number_are_both_kept_from_release()
    {
        var first = hub.NewApplicant();
        var second = hub.NewApplicant() with { IdNo = first.IdNo };
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        var referral = await hub.Offered(first, s_all);
        await charity.Accept(referral);

        await hub.Tell([.. second.Registered(hub.Now)]);

        var refused = await charity.Claim(referral);
        Assert.Equal((403, "claim.not_now"), (refused.Status, refused.Code));
        Assert.Equal("identity.conflict", await hub.LastReason(referral, "CLAIM"));
        Assert.Equal(0L, await hub.Releases(referral));
    }

    [Fact]
    public async Task Scenario_13_an_organisation_that_lost_its_status_is_refused_and_told_and_its_aid_still_counts()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        var referral = await hub.Offered(person, s_all);
        await charity.Accept(referral);
        await hub.SetStatus(ScenarioHub.CountyCharity, "REVOKED");
        try
        {
            // Reading the directory took the referral back before the organisation could claim.
            Assert.Equal("referral.not_active", (await charity.Claim(referral)).Code);
            Assert.Equal("recipient.status", await hub.Scalar<string>(
                $"select reason from referrals.transition where referral_id = '{referral}' and state = 'READY'"));
            Assert.Equal(0L, await hub.Releases(referral));
            var told = await hub.Inbox.Await(referral, "referral.cancelled");
            Assert.Equal((ScenarioHub.CountyCharity, "ORGANISATION_STATUS"), (told.Uscc, told.Data.GetProperty("reason").GetString()));

            var aid = await charity.ReportAid(referral, $"SC13-{person.Number}", hub.Today);
            Assert.Equal(202, aid.Status);
            await hub.Until($"exists (select from aid.charity_aid where referral_id = '{referral}')");
        }
        finally
        {
            await hub.SetStatus(ScenarioHub.CountyCharity, "NORMAL");
        }
    }

    [Fact]
    public async Task Scenario_22_temporary_aid_of_a_year_ago_counts_until_midnight_in_china_and_not_in_greenwich()
    {
        await hub.SetClock(new DateTimeOffset(hub.Today.ToDateTime(new TimeOnly(23, 50)), TimeSpan.FromHours(8)));
        var granted = hub.Today.AddYears(-1).AddDays(1);
        var (inTime, tooLate) = (hub.NewApplicant(), hub.NewApplicant());
        await hub.Tell(AidedOnce(inTime, granted));
        await hub.SetClock(new DateTimeOffset(hub.Today.AddDays(1).ToDateTime(new TimeOnly(0, 10)), TimeSpan.FromHours(8)));
        await hub.Tell(AidedOnce(tooLate, granted));

        Assert.Equal("OFFERED", await hub.Scalar<string>(
            $"select t.state from referrals.transition t where t.referral_id = '{await hub.ReferralOf(inTime.NeedRef)}' order by transition_id limit 1"));
        var referral = await hub.ReferralOf(tooLate.NeedRef);
        Assert.Equal(("DRAFT", "need.no_category"), (
            await hub.StateOf(referral),
            await hub.Scalar<string>($"select reason from referrals.referral where referral_id = '{referral}'")));
    }

    [Fact]
    public async Task Scenario_23_of_two_organisations_that_accept_at_the_last_second_one_has_it()
    {
        var person = hub.NewApplicant();
        var referral = await hub.Offered(person, s_all);
        await hub.Pass(TimeSpan.FromDays(9));
        await hub.Tell(person.Need(hub.Now, ("申请金额", "3200")));
        await hub.Until($"(select attempt = 2 and state = 'OFFERED' from referrals.referral where referral_id = '{referral}')");
        using var early = hub.Calling(ScenarioHub.CountyCharity);
        using var next = hub.Calling(await hub.Scalar<string>($"select uscc from referrals.referral where referral_id = '{referral}'"));

        var answers = await Task.WhenAll(early.Accept(referral), next.Accept(referral, attempt: 2), early.Accept(referral), next.Accept(referral, attempt: 2));

        Assert.Equal([409, 200, 409, 200], answers.Select(answer => answer.Status));
        Assert.Equal(1L, await hub.Scalar<long>($"select count(*) from referrals.attempt where referral_id = '{referral}' and state = 'ACCEPTED'"));
        Assert.NotEqual(200, (await early.Claim(referral)).Status);
        Assert.Equal(0L, await hub.Releases(referral));
    }

    [Fact]
    public async Task Scenario_24_a_claim_repeated_by_its_client_is_the_same_and_by_another_client_is_refused()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        using var thief = await hub.SecondSystemOf(ScenarioHub.CountyCharity);
        using var stranger = hub.Calling(ScenarioHub.CityCharities[0]);
        var referral = await hub.Offered(person, s_all);
        await charity.Accept(referral);

        var first = await charity.Claim(referral);
        var again = await charity.Claim(referral);
        var stolen = await thief.Claim(referral);
        var strange = await stranger.Claim(referral);

        Assert.Equal((200, 200), (first.Status, again.Status));
        Assert.Equal(first.Body, again.Body);
        Assert.Contains(person.Name, first.Body, StringComparison.Ordinal);
        Assert.Equal(403, stolen.Status);
        Assert.Equal(404, strange.Status);
        Assert.Equal(1L, await hub.Releases(referral));
        Assert.Equal(2, await hub.Scalar<int>($"select sends from disclosure.release where referral_id = '{referral}'"));
    }

    [Fact]
    public async Task Scenario_26_a_death_that_was_suspected_and_disproved_holds_the_release_and_lets_it_go_once()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        var referral = await hub.Offered(person, s_all);
        await charity.Accept(referral);

        await hub.Tell(person.Member(("姓名", $"{person.Name}(已故)")));
        Assert.Equal("claim.not_now", (await charity.Claim(referral)).Code);
        Assert.Equal("identity.death_suspected", await hub.LastReason(referral, "CLAIM"));
        Assert.Equal(0L, await hub.Releases(referral));

        await hub.Tell(person.Member(("健康", "20")));
        Assert.Equal(200, (await charity.Claim(referral)).Status);
        Assert.Equal((1L, "RELEASED"), (await hub.Releases(referral), await hub.StateOf(referral)));
        Assert.Equal(1L, await hub.Scalar<long>($"select count(*) from referrals.attempt where referral_id = '{referral}'"));
        Assert.Single(hub.Inbox.About(referral, "referral.offered").DistinctBy(one => one.Id)); // to each subscription once
    }

    [Fact]
    public async Task Scenario_27_a_report_about_someone_referred_already_joins_one_loop_and_sends_nobody_to_and_fro()
    {
        var person = hub.NewApplicant();
        var forward = await hub.Offered(person, s_all);
        using var finder = hub.Calling(ScenarioHub.CityCharities[0]);
        using var other = hub.Calling(ScenarioHub.CityCharities[1]);

        var raised = await finder.Report(person, "first");
        var joined = await other.Report(person, "second");

        Assert.Equal((202, 202), (raised.Status, joined.Status));
        Assert.DoesNotContain(forward.ToString(), raised.Body, StringComparison.Ordinal); // that there is one is not the finder's to know
        var loops = await hub.Scalar<long>(
            $"select count(distinct loop_id) from referrals.reverse_referral where origin_id = '{forward}'");
        Assert.Equal(1L, loops);
        await hub.AnswerReport(raised, "ALREADY_RECEIVING", null);
        Assert.Equal(("OFFERED", 1L), (
            await hub.StateOf(forward),
            await hub.Scalar<long>($"select count(*) from referrals.attempt where referral_id = '{forward}'")));
    }

    [Fact]
    public async Task R27_a_report_answered_with_not_eligible_comes_back_as_a_referral_that_names_its_origin()
    {
        var person = hub.NewApplicant();
        using var finder = hub.Calling(ScenarioHub.CityCharities[0]);
        var raised = await finder.Report(person, "found");
        await hub.AnswerReport(raised, "NOT_ELIGIBLE", "income above the line");

        await hub.Offered(person, s_all);

        Assert.Equal(raised.Json.GetProperty("reverseReferralId").GetGuid(), await hub.Scalar<Guid>(
            $"select origin_id from referrals.need where need_ref = '{person.NeedRef}'"));
        var told = hub.Inbox.Events.Where(one => one.Type == "reverse-referral.answered").ToList();
        Assert.All(told, one => Assert.DoesNotContain("income", one.Data.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task P08_whether_the_person_agrees_or_not_civil_affairs_is_told_the_same()
    {
        var (agrees, refuses) = (hub.NewApplicant(), hub.NewApplicant());
        var before = hub.Inbox.Reports.Count;
        await hub.Tell([.. agrees.Registered(hub.Now), .. refuses.Registered(hub.Now), agrees.Agrees(hub.Now, s_all)]);
        await hub.Tell(agrees.Member(("健康", "20")), refuses.Member(("健康", "20")), agrees.Consent(hub.Now, 2, "撤回"));

        // Nothing about either of them, and what the hub holds of their recognition is the same.
        Assert.Equal(before, hub.Inbox.Reports.Count);
        Assert.Equal(1L, await hub.Scalar<long>(
            $"""
            select count(distinct (category, recognised_on, ended_on, ended)) from identity.recognition
             where household_ref in ('{agrees.Household}', '{refuses.Household}')
            """));
    }

    [Fact]
    public async Task Scenario_29_a_webhook_that_was_down_for_three_days_catches_up_without_what_was_withdrawn_meanwhile()
    {
        var stays = hub.NewApplicant();
        var leaves = hub.NewApplicant();
        hub.Inbox.SetDown(ScenarioHub.CountyCharity, true);
        await hub.Tell([.. stays.Registered(hub.Now), stays.Need(hub.Now), stays.Agrees(hub.Now, s_all)]);
        await hub.Tell([.. leaves.Registered(hub.Now), leaves.Need(hub.Now), leaves.Agrees(hub.Now, s_all)]);
        var kept = await hub.ReferralOf(stays.NeedRef);
        var withdrawn = await hub.ReferralOf(leaves.NeedRef);
        await hub.Pass(TimeSpan.FromDays(3));
        await hub.Tell(leaves.Consent(hub.Now, 2, "撤回"));
        hub.Inbox.SetDown(ScenarioHub.CountyCharity, false);
        await hub.Pass(TimeSpan.FromDays(1));

        await hub.Inbox.Await(kept, "referral.offered");
        await hub.Inbox.Await(withdrawn, "referral.withdrawn");
        await hub.AllDelivered(withdrawn);
        Assert.Empty(hub.Inbox.About(withdrawn, "referral.offered"));
        var sequences = hub.Inbox.Events.Where(one => one.Uscc == ScenarioHub.CountyCharity).Select(one => one.Sequence).Distinct().Order().ToList();
        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(number => (long)number), sequences);
    }

    // In no lasting category, but granted temporary aid on a day: emergency aid is open to such a person for a year.
    private IReadOnlyList<ProvinceRow> AidedOnce(Applicant person, DateOnly granted) =>
    [
        .. person.Registered(hub.Now).Select(row => row.Type switch
        {
            "HZ" => row.With(("救助类型", "500")),
            "RD" => row.With(("救助类型", "500"), ("认定日期", granted.ToString("yyyyMMdd", CultureInfo.InvariantCulture))),
            _ => row,
        }),
        person.Need(hub.Now, ("需求类别", "救急难"), ("困难类型", "HD3"), ("致困原因", "意外伤害"), ("帮扶对象", "家庭"), ("其他制度保障", "否")),
        person.Agrees(hub.Now, s_all).With(("目的", "JN")),
    ];
}
