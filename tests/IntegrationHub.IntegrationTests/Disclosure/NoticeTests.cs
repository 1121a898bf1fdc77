using System.Text.Json.Nodes;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>Recalls and corrections: issued to who received the data, acknowledged once, overdue when they are not.</summary>
public sealed class NoticeTests(HubDatabases databases)
{
    private static readonly RecallAnswer Deleted = new("DELETED", null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scenario_02_a_withdrawal_recalls_a_completed_referrals_release_too_and_the_release_stays_as_it_was()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        await world.RecordAid(referral);
        await world.Answers.Complete(Calling(County), referral, 1, Token);
        var before = await world.Database.Ask("select release::text from disclosure.release release");

        await world.Land(world.Told(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow())));
        await world.Review();

        Assert.Equal("COMPLETED", await world.Database.Ask("select state from referrals.referral"));
        Assert.Equal($"{County} name,phone CONSENT_WITHDRAWN 7", await world.Database.Ask(
            """
            select uscc, array_to_string(items, ','), reason, extract(day from deadline - issued_at)
              from disclosure.recall
            """));
        Assert.Equal(before, await world.Database.Ask("select release::text from disclosure.release release"));
        var told = Assert.Single(await world.Told(), told => told.Type == "recall.issued");
        Assert.Equal(County, told.Recipient);
        Assert.Equal("recall.issued", await world.Database.Ask(
            "select action from audit.entry order by sequence desc limit 1"));
    }

    [Fact]
    public async Task Scenario_02_an_acknowledgement_is_taken_once_and_stops_the_clock_and_another_organisation_sees_nothing()
    {
        await using var world = await Recalled();
        var recall = Assert.Single((await world.Notices.Recalls(Calling(County), true, null, 10, Token)).Items);
        Assert.Equal("1 0", await Counts(world));
        world.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal("1 1", await Counts(world));

        Assert.Empty((await world.Notices.Recalls(Calling(City), null, null, 10, Token)).Items);
        Assert.Equal("notice.not_found", await Code(() => world.Notices.Acknowledge(Calling(City), recall.RecallId, Deleted, Token)));
        var first = await world.Notices.Acknowledge(Calling(County), recall.RecallId, Deleted, Token);
        world.Time.Advance(TimeSpan.FromHours(1));
        var again = await world.Notices.Acknowledge(
            Calling(County), recall.RecallId, new RecallAnswer("RETAINED_BY_LAW", "慈善法第十三条"), Token);

        Assert.Equal((first.AckedAt, "DELETED"), (again.AckedAt, again.Ack));
        Assert.Null(again.AckReason);
        Assert.Equal("0 0", await Counts(world));
        var told = Assert.Single(await world.Told(), told => told.Type == "recall.acked");
        Assert.Null(told.Recipient);
        Assert.Empty((await world.Notices.Recalls(Calling(County), true, null, 10, Token)).Items);
        Assert.Single((await world.Notices.Recalls(Calling(County), false, null, 10, Token)).Items);
    }

    [Theory]
    [InlineData("DELETED", "because")]
    [InlineData("RETAINED_BY_LAW", null)]
    [InlineData("RETAINED_BY_LAW", "410499197605120012")]
    [InlineData("FORGOTTEN", null)]
    public async Task An_acknowledgement_that_says_nothing_clear_is_refused(string kind, string? reason)
    {
        await using var world = await Recalled();
        var recall = Assert.Single((await world.Notices.Recalls(Calling(County), true, null, 10, Token)).Items);

        Assert.Equal("request.invalid", await Code(
            () => world.Notices.Acknowledge(Calling(County), recall.RecallId, new RecallAnswer(kind, reason), Token)));
    }

    [Fact]
    public async Task Scenario_28_a_narrowing_recalls_the_dropped_items_and_a_withdrawal_after_it_the_rest()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        var named = Named("TY-2", County);

        await world.Land(world.Told(named with
        {
            Sequence = 2,
            Type = ConsentEventType.Narrowed,
            Items = ["name"],
            EvidenceHash = null,
            EffectiveAt = world.Time.GetUtcNow(),
        }));
        await world.Review();
        Assert.Equal("RELEASED", await world.Database.Ask("select state from referrals.referral"));
        await world.Land(world.Told(Withdrawal(named, world.Time.GetUtcNow()) with { Sequence = 3 }));
        await world.Review();

        Assert.Equal("phone CONSENT_NARROWED,name CONSENT_WITHDRAWN", await world.Database.Ask(
            """
            select string_agg(array_to_string(items, '+') || ' ' || reason, ',' order by reason)
              from disclosure.recall
            """));
        Assert.Equal(2, (await world.Told()).Where(told => told.Type == "recall.issued").DistinctBy(told => told.EventId).Count());
    }

    [Fact]
    public async Task P12_a_corrected_phone_is_told_to_who_was_given_it_once_and_claimed_again()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);

        await world.Land(world.Household(phone: "示例电话二", version: 2));
        await world.Review();
        await world.Land(world.Household(phone: "示例电话二", version: 3));
        await world.Review();

        var told = Assert.Single(await world.Told(), told => told.Type == "correction.issued");
        Assert.Equal(County, told.Recipient);
        Assert.Equal(["phone"], JsonNode.Parse(told.Data)!["items"]!.AsArray().Select(item => (string?)item));
        Assert.DoesNotContain("示例电话", told.Data, StringComparison.Ordinal);
        var correction = Assert.Single((await world.Notices.Corrections(Calling(County), true, null, 10, Token)).Items);
        Assert.True(correction.Claimable);

        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        await world.Notices.Acknowledge(Calling(County), correction.CorrectionId, Token);
        await world.Land(world.Household(phone: "示例电话二", version: 4));
        await world.Review();

        Assert.Equal("2 1 1", await world.Database.Ask(
            """
            select (select count(*) from disclosure.release), count(*), count(acked_at)
              from disclosure.correction
            """));
        Assert.Single(await world.Told(), told => told.Type == "correction.acked");
    }

    [Fact]
    public async Task P12_a_release_without_the_changed_item_or_recalled_before_gets_no_correction()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        await world.Land(world.Household(phone: "示例电话二", version: 2));
        Assert.Equal(1, await world.Review());
        await world.Claims.Claim(Calling(County), referral, 1, ["phone"], Token);
        await world.Land(world.Told(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow())));
        await world.Review();
        await world.Land(world.Household(phone: "示例电话三", version: 3));
        await world.Review();

        Assert.Equal("0 2", await world.Database.Ask(
            "select (select count(*) from disclosure.correction), (select count(*) from disclosure.recall)"));
    }

    [Fact]
    public async Task A_first_load_of_people_asks_for_no_review()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["phone"], Token);

        await world.Land(world.Household(person: 2, phone: "示例电话二", version: 1));

        Assert.Empty(await world.Sent<PeopleChanged>("people-changed"));
    }

    private async Task<ReferralWorld> Recalled()
    {
        var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        await world.Land(world.Told(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow())));
        await world.Review();
        return world;
    }

    private static async Task<string> Counts(ReferralWorld world)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        var counts = await IntegrationHub.Disclosure.RecallBook.Counts(work, world.Time.GetUtcNow(), Token);
        return $"{counts.Open} {counts.Overdue}";
    }

    private static async Task<string> Code<T>(Func<Task<T>> call) =>
        (await Assert.ThrowsAsync<HubProblemException>(call)).Code;
}
