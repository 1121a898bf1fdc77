using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Referrals;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

public sealed class StoresTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_consent_event_comes_back_from_the_ledger_as_it_was_told()
    {
        await using var world = await ReferralWorld.Open(databases);
        var full = Named("TY-1", County, City) with
        {
            NoticeId = "GZ-1",
            NoticeVersion = "2",
            NoticeHash = "ab",
            RecipientClass = "CHARITY",
        };
        var bare = Withdrawal(full, Night) with
        {
            Purposes = [],
            Items = [],
            Recipients = [],
            Actions = [],
            NoticeId = null,
            NoticeVersion = null,
            NoticeHash = null,
            ValidFrom = null,
            ValidTo = null,
            RecipientClass = null,
            Capacity = ConsentCapacity.Guardian,
        };

        await world.Agree(full, bare);

        var read = await EventsOf(world);
        Assert.Equivalent(new[] { full, bare }, read, strict: true);
    }

    [Fact]
    public async Task Scenario_04_what_the_ledger_holds_is_not_changed_by_telling_it_again_or_otherwise()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass(), Withdrawal(ToClass(), Night));

        await world.Agree(ToClass(), ToClass());

        Assert.Equal(2, (await EventsOf(world)).Count);
        Assert.Equal(ConsentStanding.Withdrawn, ConsentFold.Fold(await EventsOf(world), Night).Single().Standing);
        Assert.Empty((await EventsOf(world))[0].Recipients);
    }

    [Fact]
    public async Task An_older_or_repeated_state_of_a_need_changes_nothing()
    {
        await using var world = await ReferralWorld.Open(databases);

        await world.Open(
            world.Need("XQ-1", version: 2, hardship: "HD2"), world.Need("XQ-1", version: 1, hardship: "HD1"));
        await world.Open(world.Need("XQ-1", version: 1, hardship: "HD3"));
        await world.Open(world.Need("XQ-1", version: 2, hardship: "HD4"));
        Assert.Equal("1 HD2", await world.Database.Ask("select count(*) over (), hardship from referrals.need"));
        await world.Open(world.Need("XQ-1", version: 3, hardship: "HD5"));

        Assert.Equal("HD5 3", await world.Database.Ask("select hardship, version from referrals.need"));
    }

    [Fact]
    public async Task A_need_has_the_same_id_in_every_database()
    {
        await using var one = await ReferralWorld.Open(databases);
        await using var other = await ReferralWorld.Open(databases);

        await one.Open(one.Need("XQ-1"));
        await other.Open(other.Need("XQ-1"));

        Assert.Equal(
            await one.Database.Ask("select need_id from referrals.need"),
            await other.Database.Ask("select need_id from referrals.need"));
    }

    [Fact]
    public async Task An_organisation_comes_back_from_the_directory_and_an_older_record_does_not_replace_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        var narrowed = Organisation(County, "COUNTY", "410423") with
        {
            Scopes = [],
            AgreementItems = ["name"],
            Areas = ["410423", "410421"],
        };
        await world.Register(long.MaxValue, narrowed);

        await world.Register(Organisation(County, "PROVINCE", "41"));

        await using var work = await world.Database.Hub.Begin(Token);
        Assert.Equivalent(narrowed, (await OrganisationDirectory.Find(work, [County], Token))[County], strict: true);
        Assert.Equal(2, (await OrganisationDirectory.All(work, Token)).Count);
        Assert.Empty(await OrganisationDirectory.Find(work, ["nobody"], Token));
    }

    [Fact]
    public async Task A_change_decided_on_a_version_that_is_gone_is_not_written()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await using var work = await world.Database.Hub.Begin(Token);
        var known = await ReferralStore.Lock(work, referral, Token);
        var step = new ReferralStep { State = ReferralState.Withdrawn, Attempt = 1, Mover = ReferralMover.Hub };
        // Accepted above.
        var late = new ReferralChange(
            referral, known!.NeedId, known with { Version = known.Version - 1 }, [step], "hub");

        await Assert.ThrowsAsync<ReferralMovedException>(() => ReferralStore.Save(work, [late], Night, Token));
    }

    [Fact]
    public async Task A_step_that_is_not_in_the_table_is_not_written()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await using var work = await world.Database.Hub.Begin(Token);
        var known = await ReferralStore.Lock(work, referral, Token);
        var step = new ReferralStep { State = ReferralState.Completed, Attempt = 1, Mover = ReferralMover.Charity };

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReferralStore.Save(
            // Accepted above.
            work, [new ReferralChange(referral, known!.NeedId, known, [step], "charity")], Night, Token));
    }

    private static async Task<IReadOnlyList<ConsentEvent>> EventsOf(ReferralWorld world)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        return (await ConsentLedger.EventsOf(work, [world.KeyOf(1)], Token)).Of([world.KeyOf(1)]).Events;
    }
}
