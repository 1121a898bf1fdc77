namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>The scenarios of domain.md §6 about consent, through the province's files, the bus and the charities' API.</summary>
[Collection(Scenarios.Name)]
public sealed class ConsentScenarios(ScenarioHub hub)
{
    private static readonly IReadOnlyList<string> s_all = [ScenarioHub.CountyCharity, .. ScenarioHub.CityCharities];

    [Fact]
    public async Task Scenario_02_withdrawal_after_release_recalls_from_exactly_the_recipient_and_leaves_the_proof()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        var referral = await hub.Offered(person, s_all);
        await charity.Accept(referral);
        Assert.Equal(200, (await charity.Claim(referral)).Status);
        var before = await Proof(referral);

        await hub.Tell(person.Consent(hub.Now, 2, "撤回"));

        var recall = await hub.Inbox.Await(referral, "recall.issued");
        Assert.Equal(ScenarioHub.CountyCharity, recall.Uscc);
        Assert.Equal("CONSENT_WITHDRAWN", recall.Data.GetProperty("reason").GetString());
        Assert.Equal("WITHDRAWN", await hub.StateOf(referral));
        Assert.Equal(before, await Proof(referral));
        await hub.Inbox.Await(referral, "referral.withdrawn");
        Assert.All(hub.Inbox.About(referral, "recall.issued"), one => Assert.Equal(ScenarioHub.CountyCharity, one.Uscc));
    }

    [Fact]
    public async Task Scenario_04_an_old_grant_told_again_after_a_withdrawal_grants_nothing_and_a_new_consent_does()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        var given = person.Agrees(hub.Now, s_all);
        await hub.Tell([.. person.Registered(hub.Now), given, person.Consent(hub.Now, 2, "撤回")]);
        await hub.Tell(person.Need(hub.Now));
        var referral = await hub.ReferralOf(person.NeedRef);
        Assert.Equal("AWAIT_CONSENT", await hub.StateOf(referral));

        await hub.Tell(given);
        await hub.Tell(given.With(("证据摘要", Applicant.Digest("another scan")), ("生效时间", Applicant.Stamp(hub.Now))));

        Assert.Equal("AWAIT_CONSENT", await hub.StateOf(referral));
        Assert.Equal(0L, await hub.Scalar<long>($"select count(*) from disclosure.decision where referral_id = '{referral}' and permitted"));

        await hub.Tell(person.Agrees(hub.Now, s_all).With(("同意书编号", $"{person.ConsentRef}-NEW"), ("证据摘要", Applicant.Digest("new"))));
        await hub.Inbox.Await(referral, "referral.offered");
        await charity.Accept(referral);
        Assert.Equal(200, (await charity.Claim(referral)).Status);
    }

    [Fact]
    public async Task Scenario_05_a_withdrawal_that_came_before_its_grant_wins_from_the_first_moment()
    {
        var person = hub.NewApplicant();
        await hub.Tell([.. person.Registered(hub.Now), person.Need(hub.Now), person.Consent(hub.Now, 2, "撤回")]);
        await hub.Tell(person.Agrees(hub.Now, s_all));

        var referral = await hub.ReferralOf(person.NeedRef);
        Assert.Equal("AWAIT_CONSENT", await hub.StateOf(referral));
        Assert.Equal("consent.withdrawn", await hub.LastReason(referral, "OFFER"));
        Assert.Equal(0L, await hub.Scalar<long>($"select count(*) from disclosure.decision where referral_id = '{referral}' and permitted"));
    }

    [Fact]
    public async Task Scenario_06_the_successor_of_a_named_organisation_gets_nothing_until_it_is_named()
    {
        var person = hub.NewApplicant();
        var referral = await hub.Offered(person, ScenarioHub.CountyCharity);
        using var first = hub.Calling(ScenarioHub.CountyCharity);
        await first.Accept(referral);
        await hub.SetStatus(ScenarioHub.CountyCharity, "DEREGISTERED");
        try
        {
            Assert.Equal("referral.not_active", (await first.Claim(referral)).Code); // the directory took it back
            await hub.Until($"(select attempt = 2 and state = 'OFFERED' from referrals.referral where referral_id = '{referral}')");
            using var successor = hub.Calling(await HolderOf(referral));
            await successor.Accept(referral, attempt: 2);
            var refused = await successor.Claim(referral, attempt: 2);
            Assert.Equal((403, "consent.need_named"), (refused.Status, refused.Code));
            Assert.Equal(0L, await hub.Releases(referral));

            await hub.Tell(person.Agrees(hub.Now, successor.Uscc).With(
                ("同意书编号", $"{person.ConsentRef}-B"), ("证据摘要", Applicant.Digest("named B"))));
            Assert.Equal(200, (await successor.Claim(referral, attempt: 2)).Status);
        }
        finally
        {
            await hub.SetStatus(ScenarioHub.CountyCharity, "NORMAL");
        }
    }

    [Fact]
    public async Task Scenario_07_consent_to_a_class_carries_the_offer_and_never_the_person()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        var referral = await hub.Offered(person);
        await charity.Accept(referral);

        var refused = await charity.Claim(referral);

        Assert.Equal((403, "consent.need_named"), (refused.Status, refused.Code));
        Assert.DoesNotContain(person.Name, refused.Body, StringComparison.Ordinal);
        Assert.Equal(0L, await hub.Releases(referral));
        var offer = (await hub.Inbox.Await(referral, "referral.offered")).Data.GetRawText();
        Assert.All([person.Name, person.IdNo, person.Phone, person.Address], secret => Assert.DoesNotContain(secret, offer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scenario_08_a_guardians_consent_ends_with_the_fourteenth_birthday_at_the_moment_of_release()
    {
        var birthday = hub.Today.AddDays(1);
        var child = hub.NewApplicant(born: birthday.AddYears(-14));
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        await hub.Tell(
        [
            .. child.Registered(hub.Now),
            child.Need(hub.Now),
            child.Need(hub.Now).With(("需求编号", $"{child.NeedRef}-2")),
            child.Agrees(hub.Now, s_all).With(("授权人身份", "监护人")),
        ]);
        var released = await hub.ReferralOf(child.NeedRef);
        var late = await hub.ReferralOf($"{child.NeedRef}-2");
        await hub.Inbox.Await(late, "referral.offered");
        await charity.Accept(released);
        await charity.Accept(late);
        Assert.Equal(200, (await charity.Claim(released)).Status);

        await hub.SetClock(new DateTimeOffset(birthday.ToDateTime(new TimeOnly(0, 0, 30)), TimeSpan.FromHours(8)));
        Assert.Equal("claim.not_now", (await charity.Claim(late)).Code); // a charity is not told whose age or family it is
        Assert.Equal("consent.guardian", await hub.LastReason(late, "CLAIM"));
        Assert.Equal(0L, await hub.Releases(late));
        Assert.Equal((1L, "RELEASED"), (await hub.Releases(released), await hub.StateOf(released)));

        await hub.Pass(TimeSpan.FromDays(1));
        await hub.Tell(child.Agrees(hub.Now, s_all).With(("同意书编号", $"{child.ConsentRef}-OWN"), ("证据摘要", Applicant.Digest($"own{child.Number}"))));
        Assert.Equal(200, (await charity.Claim(late)).Status);
        Assert.Empty(hub.Inbox.About(released, "recall.issued"));
    }

    [Fact]
    public async Task Scenario_28_a_consent_narrowed_between_two_claims_gives_the_second_only_what_is_left()
    {
        var person = hub.NewApplicant();
        using var charity = hub.Calling(ScenarioHub.CountyCharity);
        await hub.Tell(
        [
            .. person.Registered(hub.Now),
            person.Need(hub.Now),
            person.Need(hub.Now).With(("需求编号", $"{person.NeedRef}-2")),
            person.Agrees(hub.Now, s_all),
        ]);
        var first = await hub.ReferralOf(person.NeedRef);
        var second = await hub.ReferralOf($"{person.NeedRef}-2");
        await hub.Inbox.Await(second, "referral.offered");
        await charity.Accept(first);
        await charity.Accept(second);
        Assert.Contains("phone", ItemsOf(await charity.Claim(first)));

        await hub.Tell(person.Consent(hub.Now, 2, "缩小", ("接收方USCC", string.Join('|', s_all)), ("接收方类别", "CHARITY"), ("数据项", "name|address")));

        Assert.Equal(["address", "name"], ItemsOf(await charity.Claim(second)));
        // What was narrowed away is asked back from whoever has it, and nothing else is.
        var recall = await hub.Inbox.Await(first, "recall.issued");
        Assert.Equal("CONSENT_NARROWED", recall.Data.GetProperty("reason").GetString());
    }

    private static IReadOnlyList<string> ItemsOf(HubAnswer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateObject().Select(item => item.Name).Order(StringComparer.Ordinal)];

    private Task<string> HolderOf(Guid referral) =>
        hub.Scalar<string>($"select uscc from referrals.referral where referral_id = '{referral}'");

    private Task<string> Proof(Guid referral) =>
        hub.Scalar<string>($"select string_agg(r::text, '|') from disclosure.release r where referral_id = '{referral}'");
}
