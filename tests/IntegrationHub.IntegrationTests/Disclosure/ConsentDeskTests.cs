using System.Text.Json;
using IntegrationHub.Consent;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>The consent ledger and its desk, through the database the hub uses.</summary>
public sealed class ConsentDeskTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P07_a_withdrawal_at_the_desk_stops_the_very_next_claim_and_is_on_record()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        var outcome = await world.Consents.Withdraw(Order("TY-2"), Token);

        Assert.Equal([new WithdrawnConsent("TY-2", 2)], outcome.Withdrawn);
        var refusal = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));
        Assert.Equal(ReasonCode.ConsentWithdrawn, refusal.Code);
        Assert.Contains((await world.Told()), told => told.Type == "consent.withdrawn" && told.Subject == "TY-2");
        Assert.Equal("operator:clerk TY-2", await world.Database.Ask(
            "select actor, subject from audit.entry where action = 'consent.withdrawn'"));
        await AssertAllAgain(world);
    }

    [Fact]
    public async Task P07_all_consents_of_a_person_are_withdrawn_at_once_and_again_changes_nothing()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass(), Named("TY-2", County));
        var order = new WithdrawalOrder { PersonKey = world.KeyOf(1), By = "clerk", Reason = "asked" };

        Assert.Equal(2, (await world.Consents.Withdraw(order, Token)).Withdrawn.Count);
        var again = await world.Consents.Withdraw(order, Token);

        Assert.Empty(again.Withdrawn);
        Assert.Equal(["TY-1", "TY-2"], again.EndedBefore);
        Assert.Equal("4", await world.Database.Ask("select count(*) from consent.event"));
        Assert.All((await world.Consents.Show(world.KeyOf(1), Token)).Consents, view =>
            Assert.Equal(ConsentStanding.Withdrawn, view.State.Standing));
    }

    [Fact]
    public async Task A_consent_nobody_knows_cannot_be_withdrawn()
    {
        await using var world = await ReferralWorld.Open(databases);

        var refusal = await Assert.ThrowsAsync<HubProblemException>(() => world.Consents.Withdraw(Order("TY-9"), Token));

        Assert.Equal("consent.not_found", refusal.Code);
    }

    [Fact]
    public async Task Scenario_04_a_consent_told_again_otherwise_stands_beside_the_first_and_grants_nothing()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        var given = Named("TY-2", County);

        await world.Land(world.Told(given with { Items = ["name"] }));

        var view = (await world.Consents.Show(world.KeyOf(1), Token)).Consents.Single(one => one.State.ConsentId == "TY-2");
        Assert.Equal([1], view.Contradictions);
        Assert.Equal((ConsentStanding.Invalidated, 2), (view.State.Standing, view.Entries.Count));
        var refusal = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));
        Assert.True(ReasonCode.IsAboutConsent(refusal.Code));
        Assert.Contains((await world.Told()), told => told.Type == "consent.invalidated" && told.Subject == "TY-2");
        await AssertAllAgain(world);
    }

    [Fact]
    public async Task A_consent_told_of_two_people_gives_neither_anything()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        await world.Agree(2, Named("TY-2", County));

        Assert.True((await world.Consents.Show(world.KeyOf(1), Token)).Consents[^1].IsToldOfOthers);
        await Assert.ThrowsAsync<HubProblemException>(() => world.Claims.Claim(Calling(County), referral, 1, null, Token));
        await AssertAllAgain(world);
    }

    [Fact]
    public async Task The_clock_says_once_that_a_consent_has_expired()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        Assert.Equal(0, await world.Clock.Tell(Token));
        world.Time.Advance(TimeSpan.FromDays(400));

        Assert.Equal(1, await world.Clock.Tell(Token));
        Assert.Equal(0, await world.Clock.Tell(Token));

        Assert.Single(await world.Told(), told => told.Type == "consent.expired");
    }

    [Fact]
    public async Task P04_the_clock_says_once_that_a_guardians_word_has_ended()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Database.Run("update identity.member set born_on = '2012-03-10'");
        await world.Agree(ToClass() with { Capacity = ConsentCapacity.Guardian });
        Assert.Equal(0, await world.Clock.Tell(Token));
        world.Time.Advance(TimeSpan.FromDays(8));

        Assert.Equal(1, await world.Clock.Tell(Token));
        Assert.Equal(0, await world.Clock.Tell(Token));

        Assert.Single(await world.Told(), told => told.Type == "consent.guardian-lapsed");
    }

    [Fact]
    public async Task P15_Scenario_26_a_false_death_note_holds_everything_and_its_disproof_lets_it_go_on_once()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));

        await world.Land(world.Member(1, isNotedDead: true));
        await world.Land(world.Member(1, version: 3, isNotedDead: true));
        await world.Route();
        Assert.Equal("DRAFT identity.death_suspected", await world.Database.Ask("select state, reason from referrals.referral"));
        Assert.True(await world.Deaths.Find(Finding(world, DeathStatus.None), Token));
        Assert.False(await world.Deaths.Find(Finding(world, DeathStatus.None), Token));
        await world.Land(world.Member(1, version: 4, isNotedDead: true)); // the cell has not been corrected yet
        await world.Route();
        await world.Route();

        Assert.Equal("OFFERED", await world.Database.Ask("select state from referrals.referral"));
        Assert.Single(await world.Told(), told => told.Type == "referral.offered");
        Assert.Equal(
            ["SUSPECTED", "NONE"],
            (await world.Told()).Where(told => told.Type == "person.death-changed")
                .Select(told => JsonDocument.Parse(told.Data).RootElement.GetProperty("status").GetString()));
        await AssertAllAgain(world);
    }

    [Fact]
    public async Task P15_a_confirmed_death_stops_every_release_and_needs_evidence()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        await Assert.ThrowsAsync<HubProblemException>(
            () => world.Deaths.Find(Finding(world, DeathStatus.Confirmed) with { Evidence = null }, Token));
        await world.Deaths.Find(Finding(world, DeathStatus.Confirmed), Token);

        var refusal = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));
        Assert.Equal(ReasonCode.Deceased, refusal.Code);
    }

    [Fact]
    public async Task P15_a_note_that_the_source_takes_back_is_no_suspicion_any_more()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Land(world.Member(1, isNotedDead: true));
        await Assert.ThrowsAsync<HubProblemException>(() => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        await world.Land(world.Member(1, version: 3));

        Assert.NotEmpty(await world.Claims.Claim(Calling(County), referral, 1, null, Token));
    }

    [Fact]
    public async Task P20_of_a_household_of_four_with_three_consents_three_rows_go_and_one_number()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Land(world.Member(1), world.Member(2), world.Member(3), world.Member(4));
        var school = (ConsentEvent given) => given with { Purposes = ["ZX"] };
        await world.Agree(school(ToClass()), school(Named("TY-2", County)));
        await world.Agree(2, school(Named("TY-3", County)));
        await world.Agree(3, school(Named("TY-4", County)));
        await world.Agree(4, school(Named("TY-5", City)));
        var need = world.Need("XQ-1");
        var atSchool = need.Need.Circumstances with { EducationStage = "ES4" };
        await world.Open(need with { Need = need.Need with { Kind = "ZX", Circumstances = atSchool } });
        await world.Route();
        await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);

        var body = await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token);
        var again = await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token);

        Assert.Equal(body, again);
        using var answer = JsonDocument.Parse(body);
        var household = answer.RootElement.GetProperty("household");
        Assert.Equal(3, household.GetProperty("members").GetArrayLength());
        Assert.Equal(1, household.GetProperty("others").GetInt32());
        Assert.All(household.GetProperty("members").EnumerateArray(), member => Assert.Equal(
            ["birth", "name", "school"], member.GetProperty("items").EnumerateObject().Select(item => item.Name)));
        Assert.Equal("2", await world.Database.Ask("select count(*) from disclosure.release_member"));
        await AssertAllAgain(world);
    }

    [Fact]
    public async Task P18_an_objection_stops_the_matching_until_a_person_confirms_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Consents.Say(world.KeyOf(1), objects: true, "clerk", "asked", Token);

        await world.Route();
        Assert.Equal("DRAFT matching.objected", await world.Database.Ask("select state, reason from referrals.referral"));
        await world.Consents.Say(world.KeyOf(1), objects: false, "clerk", "looked at it", Token);
        await world.Route();

        Assert.Equal("OFFERED", await world.Database.Ask("select state from referrals.referral"));
        await AssertAllAgain(world);
    }

    /// <summary>Every decision on record that has its facts is made again and says the same.</summary>
    internal static async Task AssertAllAgain(ReferralWorld world)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        var rows = await DecisionStore.Page(work, 0, 1_000, Token);
        var people = rows.SelectMany(row => PeopleOf(row.Decision.Row.Facts)).Distinct().ToList();
        var book = await ConsentLedger.EventsOf(work, people, Token);
        var compared = 0;
        foreach (var (_, (row, at)) in rows)
        {
            if (DecisionReplay.Again(row, at, read => book.AsRead(read, at), world.Book.Version) is not { } again)
                continue;
            Assert.Null(DecisionReplay.DifferenceOf(row.Decision, again));
            compared++;
        }

        Assert.True(compared > 0);
    }

    private static IEnumerable<Guid> PeopleOf(DisclosureFacts? facts) => facts is null ? []
        : [.. facts.Subject?.Ledger.Keys ?? [], .. facts.Members.SelectMany(member => member.Ledger.Keys)];

    private static WithdrawalOrder Order(string consentId) => new() { ConsentId = consentId, By = "clerk", Reason = "asked" };

    private static DeathFinding Finding(ReferralWorld world, string status) =>
        new(world.KeyOf(1), status, "certificate 7", "clerk", "visited");
}
