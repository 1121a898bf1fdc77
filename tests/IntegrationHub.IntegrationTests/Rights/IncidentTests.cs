using IntegrationHub.Disclosure;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline.Rights;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Rights;

/// <summary>P17: the drill of an incident.</summary>
public sealed class IncidentTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P17_whom_an_incident_concerns_is_said_by_time_recipient_and_item_and_the_asking_is_on_record()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name", "phone"], Token);

        var found = new List<Disclosed>();
        var counts = await Export(world, Around(world), found);

        var told = Assert.Single(found);
        Assert.Equal((world.KeyOf(1), County), (told.PersonKey, told.Uscc));
        Assert.Equal(["name", "phone"], told.Items);
        Assert.Equal((1, 1, 1, 1), (counts.People, counts.Releases, counts.ByRecipient[County], counts.ByItem["phone"]));
        Assert.Equal("1", await world.Database.Ask("select count(*) from audit.entry where action = 'incident.exported'"));
    }

    [Fact]
    public async Task P17_another_time_recipient_or_item_concerns_nobody()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name"], Token);
        var all = Around(world);

        foreach (var other in (DisclosedFilter[])
            [all with { Uscc = City }, all with { Item = "phone" }, all with { Since = all.Until, Until = all.Until.AddDays(1) }, all with { Until = all.Since }])
        {
            var found = new List<Disclosed>();
            Assert.Equal(0, (await Export(world, other, found)).People);
            Assert.Empty(found);
        }
    }

    private static DisclosedFilter Around(ReferralWorld world) =>
        new(world.Time.GetUtcNow().AddHours(-1), world.Time.GetUtcNow().AddHours(1), null, null);

    private static Task<IncidentCounts> Export(ReferralWorld world, DisclosedFilter filter, List<Disclosed> found) =>
        new IncidentDesk(world.Database.Hub, world.Time) { PageSize = 1 }.Export(filter, "officer-1", "drill", found.Add, Token);
}
