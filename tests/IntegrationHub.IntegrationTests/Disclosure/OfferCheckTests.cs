using System.Text.Json.Nodes;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

public sealed class OfferCheckTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scenario_29_an_offer_whose_consent_is_gone_is_told_as_withdrawn_and_one_that_stands_as_it_is()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Know(2);
        await world.Agree(ToClass());
        await world.Agree(2, ToClass("TY-9"));
        await world.Open(world.Need("XQ-1"), world.Need("XQ-2", person: 2));
        await world.Route();
        var told = await world.Told();
        Assert.Empty(await Instead(world, told));

        world.Time.Advance(TimeSpan.FromDays(3));
        await world.Agree(Withdrawal(ToClass(), world.Time.GetUtcNow()));
        var instead = await Instead(world, told);

        var (replaced, other) = Assert.Single(instead);
        Assert.Equal(world.ReferralOf("XQ-1").ToString(), told.Single(one => one.EventId == replaced).Subject);
        Assert.Equal(("referral.withdrawn", County), (other.Type, other.Recipient));
        var data = JsonNode.Parse(other.Data)!;
        Assert.Equal("consent.withdrawn", (string?)data["reason"]);
        Assert.Null(data["kind"]);
    }

    [Fact]
    public async Task P21_why_the_person_cannot_be_offered_any_more_is_not_told()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        var told = await world.Told();
        await world.Database.Run("delete from identity.member");

        var instead = Assert.Single(await Instead(world, told)).Value;

        Assert.Equal("claim.not_now", (string?)JsonNode.Parse(instead.Data)!["reason"]);
    }

    private static Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(ReferralWorld world, IReadOnlyList<HubEvent> told) =>
        world.Check.Instead(
            [.. told.Select(one => new WaitingEvent(one.EventId, EventEnvelope.Write(one, 1)))], Token);
}
