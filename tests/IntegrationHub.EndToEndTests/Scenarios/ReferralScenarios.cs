namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>The scenarios of domain.md §6 about the life of a referral, through the real API and bus.</summary>
[Collection(Scenarios.Name)]
public sealed class ReferralScenarios(ScenarioHub hub)
{
    private static readonly IReadOnlyList<string> s_all = [ScenarioHub.CountyCharity, .. ScenarioHub.CityCharities];

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
        Assert.Equal((403, "identity.conflict"), (refused.Status, refused.Code));
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
            var refused = await charity.Claim(referral);
            Assert.Equal((403, "recipient.status"), (refused.Status, refused.Code));
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
}
