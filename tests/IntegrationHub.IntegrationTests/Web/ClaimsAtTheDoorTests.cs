using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Web;

public sealed class ClaimsAtTheDoorTests(HubDatabases databases)
{
    private static string Claim(Guid referral) => $"/api/v1/referrals/{referral}/claim";

    [Fact]
    public async Task Scenario_24_at_the_door_a_lost_answer_is_fetched_again_and_a_second_key_is_refused()
    {
        await using var door = await LivingDoor.Open(databases);
        var referral = await door.World.Accepted();

        var first = await door.Post(County, Claim(referral), new { attempt = 1 });
        var again = await door.Post(County, Claim(referral), new { attempt = 1 });
        var stolen = await door.Post(County, Claim(referral), new { attempt = 1 }, key: 2);

        Assert.Equal((200, 200, first.Body), (first.Status, again.Status, again.Body));
        Assert.Equal("no-store", first.Headers["Cache-Control"]);
        Assert.Equal("\"3\"", first.Headers["ETag"]);
        Assert.Equal(first.Headers["Claim-Id"], again.Headers["Claim-Id"]);
        Assert.Equal((403, "claim.other_key"), (stolen.Status, stolen.Code));
        Assert.DoesNotContain(Name, stolen.Body, StringComparison.Ordinal);
        Assert.Equal("1 2", await door.World.Database.Ask("select count(*), max(sends) from disclosure.release"));
        Assert.DoesNotContain(Name, door.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(IdOf(1), door.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete from identity.member")]
    [InlineData("update referrals.need set person_key = gen_random_uuid()")]
    [InlineData("delete from consent.event where consent_id = 'TY-2'")]
    [InlineData("update identity.member set born_on = '2020-01-01'")]
    public async Task P21_whoever_the_person_is_a_refusal_has_one_status_and_one_shape_and_tells_nothing_of_them(string what)
    {
        await using var door = await LivingDoor.Open(databases);
        var referral = await door.World.Accepted();
        var known = await door.Post(City, Claim(referral), new { attempt = 1 });
        var unknown = await door.Post(City, Claim(Guid.CreateVersion7()), new { attempt = 1 });
        await door.World.Database.Run(what);

        var refused = await door.Post(County, Claim(referral), new { attempt = 1 });

        Assert.Equal(403, refused.Status);
        Assert.Equal(["type", "title", "status", "detail", "code"], Members(refused));
        Assert.Contains(refused.Code, (string[])["claim.not_now", "consent.need_named"]);
        Assert.DoesNotContain("14", refused.Body, StringComparison.Ordinal);
        Assert.Equal("no-store", refused.Headers["Cache-Control"]);
        Assert.Equal((known.Status, known.Body), (unknown.Status, unknown.Body));
    }

    private static IEnumerable<string> Members(Said said) =>
        said.Json.EnumerateObject().Select(member => member.Name);
}
