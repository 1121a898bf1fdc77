using System.Net.Http.Json;
using IntegrationHub.Testing.Demo;

namespace IntegrationHub.EndToEndTests;

/// <summary>Scenario 1 of domain.md §6 between the real systems: consent that was there at the offer is gone at the claim.</summary>
public sealed class RevocationTests(TestServers servers)
{
    [Fact]
    public async Task Scenario_01_consent_revoked_between_offer_and_claim_releases_nothing_and_leaves_its_decision()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var world = await servers.NewWorld(persons: 1_500, cancellationToken);
        await world.Federation.SetClaiming("hold", cancellationToken);
        await world.LiveNight(1, cancellationToken);
        var (referral, need) = await AcceptedWithNamedConsent(world, cancellationToken);

        using var http = new HttpClient { BaseAddress = world.ProvincialPlatform.BaseAddress };
        using var revoked = await http.PostAsJsonAsync("/_admin/consents", new { needNo = need, @event = "撤回" }, cancellationToken);
        revoked.EnsureSuccessStatusCode();
        await world.Province.PassDay(Night.DateOf(2), cancellationToken);
        await world.Cli.Json(["sync", "run", "--source", "provincial", "--as-of", Night.StartOf(2)], cancellationToken);
        await world.Federation.SetClaiming("auto", cancellationToken);
        await world.UntilQuiet(cancellationToken);

        Assert.Equal(0L, await HubBooks.Scalar<long>(
            world, $"select count(*) from disclosure.release where referral_id = '{referral}'", cancellationToken));
        Assert.Equal("consent.withdrawn", await HubBooks.Scalar<string>(
            world,
            $"select reason from disclosure.decision where referral_id = '{referral}' and not permitted order by decision_id desc limit 1",
            cancellationToken));
        Assert.True(await HubBooks.Scalar<long>(world, "select count(*) from disclosure.release", cancellationToken) > 0);
    }

    private static async Task<(Guid Referral, string Need)> AcceptedWithNamedConsent(HubWorld world, CancellationToken cancellationToken)
    {
        const string Sql = """
            select r.referral_id || '|' || n.need_ref
              from referrals.referral r
              join referrals.need n using (need_id)
             where r.state = 'ACCEPTED'
               and exists (select from consent.event c
                            where c.person_key = n.person_key and r.uscc = any (c.recipients) and c.provide and c.type = 'Given')
             order by r.referral_id
             limit 1
            """;
        var parts = (await HubBooks.Scalar<string>(world, Sql, cancellationToken)).Split('|');
        return (Guid.Parse(parts[0]), parts[1]);
    }
}
