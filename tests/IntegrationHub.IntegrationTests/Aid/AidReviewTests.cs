using IntegrationHub.Aid;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Aid;

public sealed class AidReviewTests(HubDatabases databases)
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R03_R06_help_from_both_sides_is_an_alert_that_tells_a_charity_only_of_its_own_and_is_acknowledged()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        await world.Land(Charity(world, referral, 1, 20_000));
        await world.Land(Gov(world, "FF-1", 2_000));
        await Review(world);

        var alerts = await world.Get<AidDesk>().Alerts("OPEN", null, default, 10, Token);
        Assert.Equal(["aid.duplicate", "aid.over_need"], alerts.Select(alert => alert.Alert.Code).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await world.Database.Ask("select (select count(*) from aid.charity_aid) + (select count(*) from aid.gov_aid)")).Length + 1);
        var told = (await world.Told()).Where(one => one.Type.StartsWith("alert.", StringComparison.Ordinal)).ToList();
        Assert.All(told.Where(one => one.Recipient is not null), one =>
        {
            Assert.Equal(County, one.Recipient);
            Assert.DoesNotContain("excess", one.Data, StringComparison.Ordinal);
            Assert.DoesNotContain(world.SourceKey("FF-1").ToString(), one.Data, StringComparison.Ordinal);
        });
        Assert.Contains(told, one => one.Recipient is null && one.Data.Contains("excess", StringComparison.Ordinal));

        await world.Get<AidDesk>().Acknowledge(alerts[0].Alert.AlertId, County, County, "已核对", Token);
        Assert.Equal(
            "alert.not_found",
            (await Assert.ThrowsAsync<HubProblemException>(() => world.Get<AidDesk>().Acknowledge(alerts[0].Alert.AlertId, City, City, null, Token))).Code);
        Assert.Equal([County], (await world.Get<AidDesk>().Alerts("OPEN", null, default, 1, Token))[0].AcknowledgedBy);
    }

    [Fact]
    public async Task Scenario_14_one_payment_in_both_books_is_linked_and_both_records_stay()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        await world.Land(Gov(world, "FF-1", 500) with { BatchRef = "B-1" });
        await world.Land(Charity(world, referral, 1, 500, aid => aid with { PaymentRef = "B-1", Funding = AidFunding.Emergency, FundId = "F" }));
        await Review(world);

        Assert.Equal("LINK 100", await world.Database.Ask("select state || ' ' || score from aid.link"));
        Assert.Equal("1 1", await world.Database.Ask("select (select count(*) from aid.charity_aid) || ' ' || (select count(*) from aid.gov_aid)"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from aid.alert where code = 'aid.duplicate'"));

        await world.Get<AidDesk>().Rule(
            new AidRef(AidSide.Government, world.SourceKey("FF-1").ToString()), new AidRef(AidSide.Charity, $"{County}-1"), "DIFFERENT", "甲", "两笔", Token);
        await Review(world);
        Assert.Equal("REJECTED", await world.Database.Ask("select state from aid.link"));
        Assert.Equal("OPEN", await world.Database.Ask("select state from aid.alert where code = 'aid.duplicate'"));
    }

    [Fact]
    public async Task Scenario_16_a_reversal_before_its_original_ends_at_nothing_and_closes_the_alert()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Land(Gov(world, "FF-1", 2_000));
        await world.Land(Charity(world, referral, 1, 2_000));
        await Review(world);
        Assert.Equal("OPEN", await world.Database.Ask("select state from aid.alert where code = 'aid.duplicate'"));

        await world.Land(Charity(world, null, 9, -700, aid => aid with { ReversesId = $"{County}-8" }));
        await world.Land(Charity(world, referral, 8, 700));
        await world.Land(Gov(world, "FF-1", 2_000) with { Version = 2, ContentHash = Guid.CreateVersion7(), Status = "RETURNED" });
        await Review(world);

        Assert.Equal("CLOSED REVERSED", await world.Database.Ask("select state || ' ' || close_reason from aid.alert where code = 'aid.duplicate'"));
        var answer = await world.Get<AidQuestions>().Ask(Calling(County), IdOf(1), "ZY", Token);
        Assert.Equal(new AidAnswer(true, "1000-5000"), answer);
        Assert.Equal("2000.00 PAID", await world.Database.Ask("select amount || ' ' || status from aid.gov_aid_was"));
    }

    [Fact]
    public async Task R38_a_gift_used_outside_its_area_is_told_and_the_aid_stands()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Get<AidDesk>().TellGift(new Gift { FundId = "F1", Uscc = County, Amount = 10_000, Areas = ["410421"] }, "甲", Token);

        await world.Land(Charity(world, referral, 1, 500, aid => aid with { Funding = AidFunding.Earmarked, FundId = "F1" }));
        await Review(world);

        Assert.Equal("fund.outside", await world.Database.Ask("select code from aid.alert"));
        Assert.Equal("PAID", await world.Database.Ask("select status from aid.charity_aid"));
    }

    private static GovAidRecord Gov(ReferralWorld world, string key, decimal amount) => new()
    {
        SourceKey = world.SourceKey(key),
        Version = 1,
        ContentHash = Guid.CreateVersion7(),
        BatchRef = "B-0",
        HouseholdRef = "H1",
        PayeeIdNo = IdOf(1),
        Category = "LI5",
        Period = "202603",
        Amount = amount,
        PaidOn = Day,
        Status = "PAID",
    };

    private static CharityAidRecord Charity(
        ReferralWorld world, Guid? referral, int number, decimal amount, Func<CharityAid, CharityAid>? with = null)
    {
        var aid = new CharityAid
        {
            AidId = $"{County}-{number}",
            Version = 1,
            Uscc = County,
            ReferralId = referral,
            Kind = "ZY",
            Form = "CASH",
            Amount = amount,
            Date = Day,
            Funding = "CHARITY_GENERAL",
            Status = "PAID",
        };
        return CharityAidRecords.Of(world.Keys, with?.Invoke(aid) ?? aid);
    }

    /// <summary>Does what the consumer would with all that waits.</summary>
    internal static async Task Review(ReferralWorld world)
    {
        foreach (var (id, body) in await world.Sent<AidChanged>("aid-changed"))
        {
            await using var work = await world.Database.Hub.Begin(Token);
            if (await MessageOutbox.Claim(work, id, AidReviewConsumer.Consumer, Token))
                await world.Get<AidReview>().Review(work, body.PersonKeys, body.AidIds, Token);
            await work.Commit(Token);
        }
    }
}
