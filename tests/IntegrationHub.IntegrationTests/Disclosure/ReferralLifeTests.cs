using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>The life of a referral (domain.md §2.4): who may set what, on which version, and what a refusal leaves.</summary>
public sealed class ReferralLifeTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_may_pause_go_on_and_be_given_in_part_and_each_time_is_told()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await Released(world);
        foreach (var state in (string[])["IN_PROGRESS", "ON_HOLD", "IN_PROGRESS", "AIDED_PARTIAL", "IN_PROGRESS"])
            Assert.Equal(state, (await world.Answers.Answer(Calling(County), Wish(referral, state), Token)).State);
        await world.Answers.Answer(Calling(County), Wish(referral, "COMPLETED") with { ProofRef = "FW-2026-0001" }, Token);

        Assert.Equal("COMPLETED COMPLETED 9", await world.Database.Ask(
            "select r.state, t.state, r.version from referrals.referral r join referrals.attempt t using (referral_id)"));
        Assert.Equal(5, (await world.Told()).Where(told => told.Type == "referral.progressed").DistinctBy(told => told.EventId).Count());
        Assert.Equal("FW-2026-0001", await world.Database.Ask(
            "select detail::jsonb ->> 'proofRef' from audit.entry where action = 'referral.completed'"));
    }

    [Fact]
    public async Task Scenario_23_a_step_on_a_stale_version_is_refused_with_the_version_there_is_and_a_repeat_is_not()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await Released(world);

        var stale = await Assert.ThrowsAsync<HubProblemException>(() => world.Answers.Answer(
            Calling(County), Wish(referral, "IN_PROGRESS") with { ExpectedVersion = 2 }, Token));
        var taken = await world.Answers.Answer(
            Calling(County), Wish(referral, "IN_PROGRESS") with { ExpectedVersion = 3 }, Token);
        var repeated = await world.Answers.Answer(
            Calling(County), Wish(referral, "IN_PROGRESS") with { ExpectedVersion = 3 }, Token);

        Assert.Equal(("referral.version_conflict", 3), (stale.Code, stale.Version));
        Assert.Equal(("in-progress", 4), (taken.FhirTaskStatus, taken.Version));
        Assert.Equal(taken, repeated);
    }

    [Fact]
    public async Task An_illegal_step_changes_nothing_and_is_on_record()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await Released(world);

        Assert.Equal("referral.illegal_step", await Code(
            () => world.Answers.Answer(Calling(County), Wish(referral, "ON_HOLD"), Token)));

        Assert.Equal("RELEASED 3", await world.Database.Ask("select state, version from referrals.referral"));
        Assert.Equal($"charity:{County} RELEASED ON_HOLD referral.illegal_step", await world.Database.Ask(
            """
            select actor, detail::jsonb ->> 'from', detail::jsonb ->> 'to', detail::jsonb ->> 'reason'
              from audit.entry
             where action = 'referral.refused'
            """));
    }

    [Fact]
    public async Task A_failed_referral_goes_to_another_organisation_and_says_why()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await Released(world);
        Assert.Equal("request.invalid", await Code(
            () => world.Answers.Answer(Calling(County), Wish(referral, "FAILED") with { Reason = "TIRED" }, Token)));

        await world.Answers.Answer(Calling(County), Wish(referral, "FAILED") with { Reason = "NOT_ABLE" }, Token);
        await world.Route();

        Assert.Equal($"OFFERED 2 {City}", await world.Database.Ask("select state, attempt, uscc from referrals.referral"));
        Assert.Contains("NOT_ABLE", Assert.Single(await world.Told(), told => told.Type == "referral.failed").Data, StringComparison.Ordinal);
        Assert.Equal("referral.not_active", await Code(
            () => world.Answers.Answer(Calling(County), Wish(referral, "IN_PROGRESS"), Token)));
    }

    [Fact]
    public async Task Scenario_23_of_a_late_acceptance_and_one_of_the_next_offer_exactly_one_stands()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var world = await ReferralWorld.Open(databases);
            await world.Agree(ToClass(), Named("TY-2", County), Named("TY-3", City));
            await world.Open(world.Need("XQ-1"));
            await world.Route();
            var referral = world.ReferralOf("XQ-1");
            world.Time.SetUtcNow(new DateTimeOffset(2026, 3, 9, 23, 59, 59, TimeSpan.FromHours(8)));
            using var start = new Barrier(3);

            var outcomes = await Task.WhenAll(
                Race(start, async () =>
                {
                    world.Time.Advance(TimeSpan.FromSeconds(1));
                    await world.Route();
                    return "routed";
                }),
                Race(start, async () => (await world.Answers.Accept(Calling(County), referral, 1, Token)).State),
                Race(start, async () =>
                {
                    for (var tries = 0; tries < 50; tries++)
                    {
                        if (await world.Database.Ask("select attempt from referrals.referral") == "2")
                            return (await world.Answers.Accept(Calling(City), referral, 2, Token)).State;
                        await Task.Delay(5, Token);
                    }

                    return "never offered";
                }));

            Assert.Equal("1", await world.Database.Ask(
                "select count(*) from referrals.attempt where state in ('OFFERED', 'ACCEPTED')"));
            Assert.Equal("ACCEPTED", await world.Database.Ask("select state from referrals.referral"));
            var winner = await world.Database.Ask("select uscc from referrals.referral");
            var loser = winner == County ? City : County;
            Assert.Single(outcomes, outcome => outcome == "ACCEPTED");
            Assert.Contains(
                await Code(() => world.Claims.Claim(Calling(loser), referral, loser == County ? 1 : 2, null, Token)),
                (string[])["referral.lapsed", "referral.not_active", "referral.not_found"]);
        }
    }

    [Fact]
    public async Task One_organisation_at_a_time_holds_a_need_even_if_the_code_forgot()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Released(world);

        var second = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => world.Database.Run(
            $"""
            insert into referrals.attempt (referral_id, attempt, need_id, uscc, state, offered_at, expires_at)
            select referral_id, 2, need_id, '{City}', 'OFFERED', offered_at, expires_at
              from referrals.attempt
            """));

        Assert.Equal("attempt_one_active", second.ConstraintName);
    }

    [Fact]
    public async Task Scenario_13_aid_already_paid_is_recorded_though_the_organisation_lost_its_standing_and_gets_no_data()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Register(Organisation(County, "COUNTY", "410423") with { Status = "REVOKED" });

        Assert.Equal("recipient.status", await Code(() => world.Claims.Claim(Calling(County), referral, 1, null, Token)));
        await world.RecordAid(referral);

        Assert.Equal("READY recipient.status", await world.Database.Ask("select state, reason from referrals.referral"));
        Assert.Equal("1 500.00", await world.Database.Ask("select count(*), sum(amount) from aid.charity_aid"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.release"));
        Assert.Equal(County, Assert.Single(await world.Told(), told => told.Type == "referral.cancelled").Recipient);
    }

    [Fact]
    public async Task A_late_message_after_a_withdrawal_keeps_the_aid_keeps_the_state_and_gives_no_data()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await Released(world);
        await world.Land(world.Told(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow())));
        await world.Review();

        await world.RecordAid(referral);
        Assert.Equal("referral.not_active", await Code(
            () => world.Answers.Answer(Calling(County), Wish(referral, "COMPLETED"), Token)));
        Assert.Equal("consent.withdrawn", await Code(() => world.Claims.Claim(Calling(County), referral, 1, null, Token)));

        Assert.Equal("WITHDRAWN 1", await world.Database.Ask(
            "select state, (select count(*) from aid.charity_aid) from referrals.referral"));
    }

    [Fact]
    public async Task Civil_affairs_strikes_out_a_referral_and_what_was_released_in_error_is_recalled()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await Released(world);
        var stale = await Assert.ThrowsAsync<HubProblemException>(() => world.Desk.End(
            new ReferralEnding(referral, "ENTERED_IN_ERROR", "official-1") { ExpectedVersion = 1 }, Token));

        var ended = await world.Desk.End(new ReferralEnding(referral, "ENTERED_IN_ERROR", "official-1"), Token);
        var again = await world.Desk.End(new ReferralEnding(referral, "ENTERED_IN_ERROR", "official-1"), Token);

        Assert.Equal(("referral.version_conflict", 3), (stale.Code, stale.Version));
        Assert.Equal(("entered-in-error", ended), (ended.FhirTaskStatus, again));
        Assert.Equal("RELEASED_IN_ERROR 1", await world.Database.Ask(
            "select min(reason), count(*) from disclosure.recall"));
        Assert.Contains("ENTERED_IN_ERROR", Assert.Single(await world.Told(), told => told.Type == "referral.cancelled").Data, StringComparison.Ordinal);
        Assert.Equal("referral.illegal_step", await Code(
            () => world.Desk.End(new ReferralEnding(referral, "BY_GOVERNMENT", "official-1"), Token)));
        Assert.Equal("operator:official-1 ENTERED_IN_ERROR", await world.Database.Ask(
            "select actor, reason from referrals.transition order by transition_id desc limit 1"));
    }

    private static async Task<Guid> Released(ReferralWorld world)
    {
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        return referral;
    }

    private static ReferralWish Wish(Guid referral, string state) => new(referral, 1, state);

    private static Task<string> Race(Barrier start, Func<Task<string>> what) => Task.Run(
        async () =>
        {
            start.SignalAndWait(Token);
            try
            {
                return await what();
            }
            catch (HubProblemException problem)
            {
                return problem.Code;
            }
        },
        Token);

    private static async Task<string> Code<T>(Func<Task<T>> call) =>
        (await Assert.ThrowsAsync<HubProblemException>(call)).Code;
}
