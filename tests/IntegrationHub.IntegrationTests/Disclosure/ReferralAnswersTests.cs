using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

public sealed class ReferralAnswersTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R24_an_acceptance_is_one_step_however_often_it_is_said()
    {
        await using var world = await Offered();

        var first = await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);
        var again = await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);

        Assert.Equal(new ReferralAnswer(world.ReferralOf("XQ-1"), 1, "ACCEPTED", 2), first);
        Assert.Equal(first, again);
        Assert.Equal($"charity:{County} 1", await world.Database.Ask(
            "select min(actor), count(*) from referrals.transition where state = 'ACCEPTED'"));
        Assert.Single(await world.Told(), told => told.Type == "referral.accepted");
        Assert.Equal("referral.accepted", await world.Database.Ask(
            "select action from audit.entry order by sequence desc limit 1"));
    }

    [Fact]
    public async Task Scenario_23_of_many_that_answer_at_once_exactly_one_step_is_taken()
    {
        await using var world = await Offered();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Task.Run(
            async () =>
            {
                try
                {
                    return number % 2 == 0
                        ? (await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token)).State
                        : (await world.Answers.Decline(
                            Calling(County), world.ReferralOf("XQ-1"), 1, "FUNDS", Token)).State;
                }
                catch (HubProblemException problem)
                {
                    return problem.Code;
                }
            },
            Token)));

        var state = await world.Database.Ask("select state from referrals.referral");
        Assert.Equal(5, answers.Count(answer => answer == state));
        Assert.Equal(5, answers.Count(answer => answer is "referral.illegal_step" or "referral.not_active"));
        Assert.Equal("2", await world.Database.Ask("select count(*) from referrals.transition"));
        Assert.Equal("2", await world.Database.Ask("select version from referrals.referral"));
    }

    [Fact]
    public async Task Scenario_23_an_answer_after_the_last_midnight_is_too_late_even_before_routing_has_looked()
    {
        await using var world = await Offered();
        world.Time.SetUtcNow(new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.FromHours(8)));

        Assert.Equal("referral.lapsed", await Code(
            () => world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token)));
        await world.Route();
        Assert.Equal("referral.lapsed", await Code(
            () => world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token)));
        Assert.Equal("ACCEPTED", (await world.Answers.Accept(Calling(City), world.ReferralOf("XQ-1"), 2, Token)).State);
    }

    [Fact]
    public async Task Another_organisation_a_wrong_attempt_and_a_made_up_reason_are_refused()
    {
        await using var world = await Offered();

        Assert.Equal("referral.not_found", await Code(
            () => world.Answers.Accept(Calling(City), world.ReferralOf("XQ-1"), 1, Token)));
        Assert.Equal("referral.not_active", await Code(
            () => world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 2, Token)));
        Assert.Equal("request.invalid", await Code(
            () => world.Answers.Decline(Calling(County), world.ReferralOf("XQ-1"), 1, "TIRED", Token)));
        Assert.Equal("OFFERED", await world.Database.Ask("select state from referrals.referral"));
    }

    [Fact]
    public async Task R24_a_decline_keeps_its_reason_and_stays_a_decline_after_the_need_went_on()
    {
        await using var world = await Offered();

        var first = await world.Answers.Decline(Calling(County), world.ReferralOf("XQ-1"), 1, "CAPACITY", Token);
        await world.Route();
        var again = await world.Answers.Decline(Calling(County), world.ReferralOf("XQ-1"), 1, "CAPACITY", Token);

        Assert.Equal(("DECLINED", "DECLINED"), (first.State, again.State));
        Assert.Equal("CAPACITY", await world.Database.Ask("select reason from referrals.attempt where attempt = 1"));
        Assert.Equal($"OFFERED {City}", await world.Database.Ask("select state, uscc from referrals.referral"));
        Assert.Equal("referral.not_active", await Code(
            () => world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token)));
    }

    [Fact]
    public async Task A_referral_is_completed_only_when_aid_is_on_record()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        Assert.Equal(
            "referral.illegal_step", await Code(() => world.Answers.Complete(Calling(County), referral, 1, Token)));
        await world.Claims.Claim(Calling(County), referral, 1, null, Token);
        Assert.Equal("IN_PROGRESS", (await world.Answers.Progress(Calling(County), referral, 1, Token)).State);

        Assert.Equal("referral.no_aid", await Code(() => world.Answers.Complete(Calling(County), referral, 1, Token)));
        await world.RecordAid(referral);
        var completed = await world.Answers.Complete(Calling(County), referral, 1, Token);

        Assert.Equal(completed, await world.Answers.Complete(Calling(County), referral, 1, Token));
        Assert.Equal("OFFERED,ACCEPTED,RELEASED,IN_PROGRESS,COMPLETED", await world.Database.Ask(
            "select string_agg(state, ',' order by transition_id) from referrals.transition"));
        Assert.Equal(
            ["referral.offered", "referral.accepted", "referral.released", "referral.progressed", "referral.completed"],
            (await world.Told()).Select(told => told.Type));
    }

    [Fact]
    public async Task A_late_answer_to_a_withdrawn_or_cancelled_referral_is_refused()
    {
        await using var world = await ReferralWorld.Open(databases);
        var withdrawn = await world.Accepted();
        await world.Agree(
            Withdrawal(ToClass(), world.Time.GetUtcNow()), Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));
        await world.Route();
        Assert.Equal(
            "referral.not_active", await Code(() => world.Answers.Complete(Calling(County), withdrawn, 1, Token)));

        await world.Know(2);
        await world.Agree(2, ToClass("TY-9"));
        await world.Open(world.Need("XQ-2", person: 2));
        await world.Route();
        await world.Open(world.Need("XQ-2", person: 2, status: "CLOSED", version: 2));
        await world.Route();
        Assert.Equal(
            "need.closed", await Code(() => world.Answers.Accept(Calling(County), world.ReferralOf("XQ-2"), 1, Token)));
    }

    [Fact]
    public async Task The_offers_are_the_callers_own_oldest_first_page_by_page()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        foreach (var night in (int[])[1, 2, 3])
        {
            await world.Open([.. Enumerable.Range(0, 3).Select(number => world.Need($"XQ-{night}-{number}"))]);
            await world.Route();
            world.Time.Advance(TimeSpan.FromHours(1));
        }

        var read = new List<OfferView>();
        string? cursor = null;
        do
        {
            var page = await world.Answers.Offers(Calling(County), cursor, 2, Token);
            Assert.InRange(page.Items.Count, 0, 2);
            read.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(9, read.Select(offer => offer.ReferralId).Distinct().Count());
        Assert.Equal(9, read.Count);
        Assert.All(read, offer => Assert.Equal((County, "OFFERED", 1), (offer.Uscc, offer.State, offer.Version)));
        Assert.Empty((await world.Answers.Offers(Calling(City), null, 100, Token)).Items);
        Assert.Equal("cursor.invalid", await Code(() => world.Answers.Offers(Calling(County), "1 or 1=1", 100, Token)));
    }

    [Fact]
    public async Task An_accepted_offer_stays_in_the_list_with_its_state_and_a_declined_one_leaves_it()
    {
        await using var world = await Offered();
        await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);
        Assert.Equal(
            "ACCEPTED", Assert.Single((await world.Answers.Offers(Calling(County), null, 100, Token)).Items).State);

        await using var other = await Offered();
        await other.Answers.Decline(Calling(County), other.ReferralOf("XQ-1"), 1, "CAPACITY", Token);
        Assert.Empty((await other.Answers.Offers(Calling(County), null, 100, Token)).Items);
    }

    private async Task<ReferralWorld> Offered()
    {
        var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        return world;
    }

    private static async Task<string> Code<T>(Func<Task<T>> call) =>
        (await Assert.ThrowsAsync<HubProblemException>(call)).Code;
}
