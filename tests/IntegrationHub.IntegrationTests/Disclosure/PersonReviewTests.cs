using IntegrationHub.Contracts.Messages;
using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

public sealed class PersonReviewTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scenario_01_a_withdrawal_ends_an_offer_by_its_own_message_without_waiting_for_the_night()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();

        await world.Land(world.Told(Withdrawal(ToClass(), world.Time.GetUtcNow())));
        var reviews = await world.Review();

        Assert.Equal(1, reviews);
        Assert.Equal(
            "WITHDRAWN consent.withdrawn", await world.Database.Ask("select state, reason from referrals.referral"));
        Assert.Equal(County, Assert.Single(await world.Told(), told => told.Type == "referral.withdrawn").Recipient);
        Assert.Equal("routing.review", await world.Database.Ask(
            "select action from audit.entry order by sequence desc limit 1"));
    }

    [Fact]
    public async Task P07_a_withdrawal_after_release_recalls_it_by_the_same_message()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);

        await world.Land(world.Told(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow())));
        await world.Review();
        await world.Review();

        Assert.Equal("WITHDRAWN", await world.Database.Ask("select state from referrals.referral"));
        Assert.Equal(County, Assert.Single(await world.Told(), told => told.Type == "recall.issued").Recipient);
    }

    [Fact]
    public async Task Only_people_an_organisation_knows_of_are_reviewed_and_many_share_a_message()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"), world.Need("XQ-2", person: 2));
        await world.Route();

        await world.Land(
            [.. Enumerable.Range(1, 600).Select(person => world.Told(Withdrawal(ToClass($"TY-{person}"), Night), person))]);

        var sent = Assert.Single(await world.Sent<PeopleChanged>("people-changed"));
        Assert.Equal([world.KeyOf(1)], sent.Body.PersonKeys);
    }

    [Fact]
    public async Task A_need_that_was_never_routed_waits_for_its_run()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Open(world.Need("XQ-2"));

        await world.Land(world.Told(Named("TY-2", County)));
        await world.Review();

        Assert.Equal("1", await world.Database.Ask("select count(*) from referrals.referral"));
    }
}
