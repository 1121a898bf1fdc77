using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Policy;

/// <summary>Rules that change while the hub runs, and what routing says about them.</summary>
public sealed class RulesInForceTests(HubDatabases databases)
{
    private const string SixthKind = """
        {
              "code": "ZC", "name": "助残", "aliases": ["残疾帮扶"], "whitelist": ["name", "phone"],
              "requiredFields": ["ground", "reason", "govAidStatus", "channel", "subjectStatus"],
              "eligible": { "fact": "category", "in": ["LI1"], "else": "need.category" }
            },
            {
              "code": "ZJ",
        """;

    private static readonly string s_contracts = Path.Combine(AppContext.BaseDirectory, "contracts");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R44_a_sixth_kind_published_by_two_is_usable_in_the_next_offer_of_a_running_hub()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Again(world, Organisation(County, "COUNTY", "410423") with { Scopes = ["ZY", "ZC"] });
        await world.Agree(ToClass() with { Purposes = ["ZC"] });
        await world.Open(OfKind(world, "ZC"));
        await world.Route();
        Assert.Equal("DRAFT policy.missing", await world.Database.Ask("select state, reason from referrals.referral"));

        await Publish(world, NextVersion("\"code\": \"ZJ\",", SixthKind[(SixthKind.IndexOf('{', StringComparison.Ordinal) + 1)..].TrimEnd()));
        await world.Route();

        Assert.Equal($"OFFERED {County}", await world.Database.Ask("select state, uscc from referrals.referral"));
        Assert.Equal("policy.missing,permit", await world.Database.Ask(
            "select string_agg(coalesce(objection, 'permit'), ',' order by reason_id) from referrals.routing_reason"));
        Assert.Equal("policy.proposed,policy.published", await world.Database.Ask(
            "select string_agg(action, ',' order by sequence) from audit.entry where action like 'policy.%'"));
    }

    [Fact]
    public async Task R01_a_version_is_proposed_by_one_and_approved_by_another_and_never_by_the_same()
    {
        await using var world = await ReferralWorld.Open(databases);
        var file = NextVersion("\"smallCell\": 5", "\"smallCell\": 6");

        Assert.False(await world.Desk.Publish(s_contracts, file, "甲", "试行", Token));
        Assert.Equal("policy.same_person", (await Refusal(world, file, "甲")).Code);
        Assert.Equal("1", await world.Database.Ask("select count(*) from policy.pack"));
        Assert.True(await world.Desk.Publish(s_contracts, file, "乙", "同意", Token));

        Assert.Equal("甲 乙", await world.Database.Ask("select published_by, approved_by from policy.pack where version = '2026-03'"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from policy.proposal"));
    }

    [Fact]
    public async Task R01_a_version_that_would_change_the_past_or_is_wrong_is_refused()
    {
        await using var world = await ReferralWorld.Open(databases);

        Assert.Equal("policy.retroactive", (await Refusal(world, NextVersion("\"smallCell\": 5", "\"smallCell\": 6", "2026-03-01"), "甲")).Code);
        Assert.Equal("policy.unknown_name", (await Refusal(world, NextVersion("\"smallCell\"", "\"smalCell\""), "甲")).Code);
        Assert.Equal("policy.overlap", (await Refusal(world, NextVersion("\"smallCell\": 5", "\"smallCell\": 6", "2026-01-01"), "甲")).Code);
        Assert.Equal("0", await world.Database.Ask("select count(*) from policy.proposal"));
    }

    [Fact]
    public async Task R01_the_same_need_before_and_after_the_switch_over_is_decided_by_two_versions()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await Publish(world, NextVersion("\"smallCell\": 5", "\"smallCell\": 6"));
        await world.Route();

        Assert.Equal("2026-01,2026-03", await world.Database.Ask(
            "select string_agg(policy_version, ',' order by decision_id) from disclosure.decision"));
        Assert.Equal(("2026-01", "2026-03"), (world.Book.On(new DateOnly(2026, 3, 1))?.Version, world.Book.On(new DateOnly(2026, 3, 2))?.Version));
    }

    [Fact]
    public async Task R22_what_was_weighed_about_each_organisation_is_kept_once_and_told()
    {
        await using var world = await ReferralWorld.Open(databases);
        const string other = "53410499501000033X";
        await Again(world, Organisation(other, "COUNTY", "410421"));
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        world.Time.Advance(TimeSpan.FromDays(1));
        await world.Route();

        var told = Assert.Single(await world.Why("XQ-1"));

        Assert.Equal((1, "2026-01", County), (told.Attempt, told.PolicyVersion, told.Chosen));
        Assert.Equal(
            [(County, ReasonCode.Permit), (City, ReasonCode.RecipientLevel), (other, ReasonCode.RecipientArea)],
            told.Organisations.Select(one => (one.Uscc, one.Reason)).OrderBy(one => one.Reason != ReasonCode.Permit).ThenByDescending(one => one.Reason));
        Assert.All(told.Organisations, one => Assert.Equal("示例组织", one.Name));
    }

    [Fact]
    public async Task R36_after_a_refusal_the_reason_says_who_was_tried_and_the_city_is_asked()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Answers.Decline(Calling(County), world.ReferralOf("XQ-1"), 1, "FUNDS", Token);

        await world.Route();

        var why = await world.Why("XQ-1");
        Assert.Equal([County, City], why.Select(one => one.Chosen));
        Assert.Equal(ReasonCode.RecipientTried, why[1].Organisations.Single(one => one.Uscc == County).Reason);
    }

    [Fact]
    public async Task R22_an_organisation_with_as_many_cases_as_it_can_have_is_passed_over_until_one_is_over()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Again(world, Organisation(County, "COUNTY", "410423") with { Capacity = 1 }, Organisation(City, "CITY", "4104") with { Capacity = 0 });
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"), world.Need("XQ-2"));

        await world.Route();
        Assert.Equal("OFFERED,READY", await world.Database.Ask("select string_agg(state, ',' order by state) from referrals.referral"));
        var waiting = await world.Database.Ask("select need_ref from referrals.need n join referrals.referral r using (need_id) where r.state = 'READY'");
        Assert.Equal(
            [ReasonCode.RecipientCapacity, ReasonCode.RecipientCapacity],
            (await world.Why(waiting))[^1].Organisations.Select(one => one.Reason));

        var held = waiting == "XQ-1" ? "XQ-2" : "XQ-1";
        await world.Answers.Decline(Calling(County), world.ReferralOf(held), 1, "FUNDS", Token);
        await world.Route();

        Assert.Equal($"OFFERED {County}", await world.Database.Ask(
            $"select r.state, r.uscc from referrals.need n join referrals.referral r using (need_id) where need_ref = '{waiting}'"));
    }

    [Fact]
    public async Task R05_one_urgent_need_after_many_others_gets_the_only_place_and_the_longest_waiting_goes_before_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Again(world, Organisation(County, "COUNTY", "410423") with { Capacity = 1 }, Organisation(City, "CITY", "4104") with { Capacity = 0 });
        await world.Agree(ToClass());
        await world.Open([.. Enumerable.Range(1, 30).Select(number => world.Need($"XQ-{number}", hardship: "HD9")), world.Need("XQ-U", hardship: "HD1")]);

        await world.Route();
        Assert.Equal("XQ-U", await Offered(world));

        await world.Database.Run("update referrals.need set queued_on = '2026-01-15' where need_ref = 'XQ-7'");
        await world.Answers.Decline(Calling(County), world.ReferralOf("XQ-U"), 1, "FUNDS", Token);
        await world.Open(world.Need("XQ-V", hardship: "HD1"));
        await world.Route();

        Assert.Equal("XQ-7", await Offered(world));
    }

    [Fact]
    public async Task R42_a_need_whose_settlement_is_open_waits_and_goes_on_when_it_comes()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(With(world.Need("XQ-1"), Settled with { MedicalAssistance = null }));
        await world.Route();
        Assert.Equal("DRAFT wait.settlement", await world.Database.Ask("select state, reason from referrals.referral"));

        await world.Open(With(world.Need("XQ-1", version: 2), Settled));
        await world.Route();

        Assert.Equal("OFFERED", await world.Database.Ask("select state from referrals.referral"));
    }

    [Fact]
    public async Task R08_who_is_no_longer_in_a_target_group_at_the_moment_of_release_is_not_released()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        // 2 March in Shanghai and still the first in UTC: a year ago to the day is out.
        await world.Database.Run("update identity.recognition set category = 'LI5', recognised_on = '2025-03-02'");

        var refusal = await Assert.ThrowsAsync<HubProblemException>(() => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        Assert.Equal("need.no_category", refusal.Code);
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.release"));
    }

    [Fact]
    public async Task R11_two_needs_of_one_person_go_to_two_organisations_and_each_sees_its_own()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Again(world, Organisation(County, "COUNTY", "410423") with { Scopes = ["ZY"] }, Organisation(City, "CITY", "4104") with { Scopes = ["ZX"] });
        await world.Agree(ToClass() with { Purposes = ["ZY", "ZX"] });
        await world.Open(world.Need("XQ-1"), OfKind(world, "ZX", Settled with { EducationStage = "ES5" }));

        await world.Route();

        var first = Assert.Single((await world.Answers.Offers(Calling(County), null, 10, Token)).Items);
        var second = Assert.Single((await world.Answers.Offers(Calling(City), null, 10, Token)).Items);
        Assert.Equal(("ZY", "ZX"), (first.Kind, second.Kind));
        Assert.NotEqual(first.PairwiseSubject, second.PairwiseSubject);
    }

    [Fact]
    public async Task R24_without_the_calendar_of_the_year_nothing_lapses_and_the_alarm_says_how_many()
    {
        await using var world = await ReferralWorld.Open(databases);
        await Again(world, Organisation(County, "COUNTY", "410423") with { AgreementTo = new DateOnly(2027, 12, 31) });
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Database.Run("update referrals.referral set expires_at = '2027-01-08T00:00+08:00'; update referrals.need set expires_on = null");

        world.Time.SetUtcNow(new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero));
        await world.Route();

        await using var work = await world.Database.Hub.Begin(Token);
        Assert.Equal(1, await ReferralReading.WithoutCalendar(work, WorkingDays.Load(s_contracts), Token));
        Assert.Equal("1", await world.Database.Ask("select count(*) from referrals.attempt where state <> 'LAPSED'"));
    }

    // The directory of a later moment: what the world was opened with is known already.
    private static Task Again(ReferralWorld world, params Organisation[] organisations) =>
        world.Register(world.Time.GetUtcNow().ToUnixTimeMilliseconds() + 1, organisations);

    private static Task<string> Offered(ReferralWorld world) => world.Database.Ask(
        "select string_agg(need_ref, ',') from referrals.need n join referrals.referral r using (need_id) where r.state = 'OFFERED'");

    private static NeedToApply With(NeedToApply need, NeedCircumstances circumstances) =>
        need with { Need = need.Need with { Circumstances = circumstances } };

    private static NeedToApply OfKind(ReferralWorld world, string kind, NeedCircumstances? circumstances = null)
    {
        var need = world.Need($"XQ-{kind}");
        return need with { Need = need.Need with { Kind = kind, Circumstances = circumstances ?? Settled } };
    }

    private static async Task<HubProblemException> Refusal(ReferralWorld world, string file, string by) =>
        await Assert.ThrowsAsync<HubProblemException>(() => world.Desk.Publish(s_contracts, file, by, "试行", Token));

    private static async Task Publish(ReferralWorld world, string file)
    {
        await world.Desk.Publish(s_contracts, file, "甲", "试行", Token);
        Assert.True(await world.Desk.Publish(s_contracts, file, "乙", "同意", Token));
    }

    private static string NextVersion(string was, string becomes, string from = "2026-03-02")
    {
        var body = File.ReadAllText(Path.Combine(s_contracts, "policy", "policy-v1.json"));
        Assert.Contains(was, body, StringComparison.Ordinal);
        var at = body.IndexOf(was, StringComparison.Ordinal);
        body = string.Concat(body.AsSpan(0, at), becomes, body.AsSpan(at + was.Length))
            .Replace("\"version\": \"2026-01\"", "\"version\": \"2026-03\"", StringComparison.Ordinal)
            .Replace("\"effectiveFrom\": \"2026-01-01\"", $"\"effectiveFrom\": \"{from}\"", StringComparison.Ordinal);
        var file = Path.Combine(Directory.CreateTempSubdirectory("hub-policy-").FullName, "policy-v2.json");
        File.WriteAllText(file, body, Encoding.UTF8);
        return file;
    }
}
