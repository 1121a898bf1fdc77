using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Identity;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;
using static IntegrationHub.IntegrationTests.Identity.IdentityWorld;

namespace IntegrationHub.IntegrationTests.Identity;

/// <summary>The identity scenarios of domain.md §6, by number, through the pipeline on a real database.</summary>
public sealed class IdentityScenarios(HubDatabases databases)
{
    private static readonly string s_anna = Number("19760512", 103);
    private static readonly string s_bert = Number("19781104", 204);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scenario_09_after_a_divorce_history_stays_with_its_time_and_consent_with_its_giver()
    {
        await using var world = await IdentityWorld.Open(databases);
        var married = world.Member("H1", s_bert, "李示例", line: "2");
        await world.Take(world.Household("H1", s_anna, "410423101", category: "LI1"), world.Member("H1", s_anna, "王示例"), married);
        await world.Take(
            world.Aid("H1", s_anna, 800), world.Aid("H1", s_bert, 300), world.Consent(s_anna, ToClass()),
            world.Need("XQ-1", s_anna, "H1", "410423101"), world.Need("XQ-2", s_bert, "H1", "410423101"),
            world.Register(Organisation(County, "COUNTY", "410423")));

        await world.Take(
            world.Household("H1", s_bert, "410423101", category: "LI3", night: 2), world.Household("H2", s_anna, "410423102", night: 2),
            world.Member("H1", s_anna, "王示例", night: 2) with { HouseholdRef = "H2" });
        await world.Link();
        await world.Route();

        Assert.Equal(
            $"H1 {world.KeyOf(s_anna)} LI1 02/28/2026 18:10:00 03/02/2026 18:10:00".Replace("02/28", "03/01", StringComparison.Ordinal),
            await world.Database.Ask(
                "select household_ref, head_key, category, to_char(valid_from, 'MM/DD/YYYY HH24:MI:SS'), to_char(valid_to, 'MM/DD/YYYY HH24:MI:SS') from identity.past_household"));
        Assert.Equal("H1", await world.Database.Ask($"select household_ref from identity.past_member where person_key = '{world.KeyOf(s_anna)}'"));
        Assert.Equal("H2 1", await world.Database.Ask($"select household_ref, count(*) over () from identity.member where person_key = '{world.KeyOf(s_anna)}'"));
        Assert.Equal(VersionOf(2).ToString(), await world.Database.Ask($"select since from identity.member where person_key = '{world.KeyOf(s_anna)}'"));
        Assert.Equal("", await world.Database.Ask($"select since from identity.member where person_key = '{world.KeyOf(s_bert)}'"));
        Assert.Equal((800m, 300m), (await world.GovTotal(s_anna), await world.GovTotal(s_bert)));
        Assert.Equal("OFFERED", await StateOf(world, "XQ-1"));
        Assert.Equal("AWAIT_CONSENT consent.none", await world.Database.Ask($"select state, reason from referrals.referral where referral_id = '{world.ReferralOf("XQ-2")}'"));
    }

    [Fact]
    public async Task Scenario_10_one_person_in_two_counties_is_one_person_with_a_case_for_both()
    {
        await using var world = await IdentityWorld.Open(databases);
        await world.Take(
            world.Household("H1", s_anna, "410421101"), world.Household("H2", s_anna, "410423101"),
            world.Member("H1", s_anna, "王示例"), world.Member("H2", s_anna, "王 示例"));
        await world.Take(
            world.Recognition("H1", s_anna, "LI1"), world.Recognition("H2", s_anna, "LI3"), world.Consent(s_anna, ToClass()),
            world.Need("XQ-1", s_anna, "H1", "410421101"), world.Need("XQ-2", s_anna, "H2", "410423101"),
            world.Register(Organisation(County, "COUNTY", "410423") with { Areas = ["410421", "410423"] }));

        await world.Link();
        await world.Route();
        await world.Route();

        Assert.Equal("2 1", await world.Database.Ask("select count(*), count(distinct person_key) from identity.member where not ended"));
        Assert.Equal(PersonFold.Ok, (await world.Facts(s_anna))?.State);
        Assert.Equal(["LI1", "LI3"], await world.Categories(s_anna));
        var cases = await world.Desk.Cases(null, 10, Token);
        Assert.Equal([("410421", IdentityCase.TwoCounties), ("410423", IdentityCase.TwoCounties)], cases.Select(one => (one.County, one.Kind)));
        Assert.Equal(["DRAFT", "OFFERED"], new[] { await StateOf(world, "XQ-1"), await StateOf(world, "XQ-2") }.Order(StringComparer.Ordinal));
        Assert.Equal("need.double", await world.Database.Ask("select reason from referrals.referral where state = 'DRAFT'"));
    }

    [Fact]
    public async Task Scenario_11_a_corrected_number_is_an_alias_by_two_people_and_unmerging_restores_exactly()
    {
        var corrected = Number("19760512", 301);
        await using var world = await CorrectedId(corrected);
        Assert.Equal((800m, 500m), (await world.GovTotal(s_anna), await world.GovTotal(corrected)));
        var before = await world.Dump();
        var review = await world.OpenReview();
        Assert.Equal(ReviewKind.CorrectedId, review.Kind);

        await world.Merge(review.ReviewId);

        Assert.Equal(world.KeyOf(corrected), (await world.Person(s_anna)).PersonKey);
        Assert.Equal((1300m, 1300m), (await world.GovTotal(s_anna), await world.GovTotal(corrected)));
        Assert.Equal(world.KeyOf(corrected), (await world.Facts(s_anna))?.PersonKey);

        await world.Desk.Unmerge(new ReviewOrder(review.ReviewId, "丙", "合并有误"), Token);

        Assert.Equal(before, await world.Dump());
        Assert.Equal("1 1 0", await world.Database.Ask(
            $"""
            select count(*) filter (where told like '%person.merged%'), count(*) filter (where told like '%person.unmerged%')
                 , count(*) filter (where told like '%{world.KeyOf(corrected)}%')
              from (select convert_from(body, 'UTF8') as told from outbox.message where topic like 'events-recorded%') events
            """));
        Assert.Equal((800m, 500m), (await world.GovTotal(s_anna), await world.GovTotal(corrected)));
        await world.Link();
        Assert.Empty(await world.Desk.List(Review.Open, null, 10, Token)); // a rejected pair does not come back
        await world.Take(world.Member("H1", s_anna, "王示列", night: 3));
        await world.Take(world.Member("H1", s_anna, "王示例", night: 4));
        await world.Link();
        Assert.Empty(await world.Desk.List(Review.Open, null, 10, Token)); // nor with the same data told again
    }

    [Fact]
    public async Task Scenario_11_what_goes_out_after_a_merge_bears_the_new_key_once()
    {
        var corrected = Number("19760512", 301);
        await using var world = await CorrectedId(corrected);
        await world.Merge((await world.OpenReview()).ReviewId);
        await world.Take(
            world.Consent(s_anna, ToClass()), world.Consent(s_anna, Named("TY-2", County)),
            world.Need("XQ-1", s_anna, "H1", "410423101"),
            world.Register(Organisation(County, "COUNTY", "410423")));

        await world.Route();
        await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);
        var body = await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token);

        var offers = (await world.Database.Ask(
            "select string_agg(convert_from(body, 'UTF8'), ' ') from outbox.message where topic like 'events-recorded%'")).Split("pairwiseSubject");
        Assert.Equal(2, offers.Length);
        Assert.Contains(world.PairwiseOf(corrected, County), offers[1], StringComparison.Ordinal);
        Assert.Equal(corrected, JsonDocument.Parse(body).RootElement.GetProperty("items").GetProperty("id_no").GetString());
        Assert.Contains("手术", JsonDocument.Parse(body).RootElement.GetProperty("items").GetProperty("need_detail").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{world.KeyOf(corrected)}", await world.Database.Ask("select person_key from disclosure.release"));
        Assert.Equal("1", await world.Database.Ask($"select count(*) from disclosure.decision where person_key = '{world.KeyOf(corrected)}' and step = 'CLAIM'"));
        Assert.IsType<Verification.Proven>(await world.Verification.Verify(Token));

        var merged = Assert.Single(await world.Desk.List(Review.Merged, null, 10, Token));
        await world.Desk.Unmerge(new ReviewOrder(merged.ReviewId, "丙", "合并有误"), Token);
        Assert.IsType<Verification.Proven>(await world.Verification.Verify(Token)); // what was proven then stays proven
    }

    [Fact]
    public async Task Scenario_11_who_proposed_a_merge_does_not_approve_it()
    {
        await using var world = await CorrectedId(Number("19760512", 301));
        var review = await world.OpenReview();
        await world.Desk.Merge(new ReviewOrder(review.ReviewId, "甲", "核对"), Token);

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Desk.Merge(new ReviewOrder(review.ReviewId, "甲", "核对"), Token));

        Assert.Equal("review.same_person", refused.Code);
        Assert.Equal("0", await world.Database.Ask("select count(*) from identity.alias"));
    }

    [Fact]
    public async Task Scenario_12_two_people_under_one_number_are_not_merged_and_both_are_held()
    {
        await using var world = await IdentityWorld.Open(databases);
        var other = world.Member("H2", s_anna, "赵某甲乙", born: new DateOnly(1990, 1, 30), sex: "2");
        await world.Take(
            world.Household("H1", s_anna, "410421101"), world.Household("H2", null, "410423101"),
            world.Member("H1", s_anna, "王示例"), other);
        await world.Take(
            world.Consent(s_anna, ToClass()), world.Need("XQ-1", s_anna, "H1", "410421101"),
            world.Register(Organisation(County, "COUNTY", "410421")));

        await world.Link();
        await world.Route();

        Assert.Equal(PersonFold.Conflict, (await world.Facts(s_anna))?.State);
        Assert.Equal("DRAFT identity.conflict", await world.Database.Ask("select state, reason from referrals.referral"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from identity.alias"));
        var review = await world.OpenReview();
        Assert.Equal(ReviewKind.SharedId, review.Kind);
        var counties = (await world.Desk.Cases(null, 10, Token)).Where(one => one.Kind == IdentityCase.SharedId).Select(one => one.County);
        Assert.Equal(["410421", "410423"], counties);

        await world.Desk.Reject(new ReviewOrder(review.ReviewId, "甲", "两个人"), Token);
        Assert.Equal(PersonFold.Conflict, (await world.Facts(s_anna))?.State);

        await world.Take(Ended(other, "CY", night: 2)); // the other county has corrected its number
        await world.Link();
        await world.Route();
        Assert.Equal(PersonFold.Ok, (await world.Facts(s_anna))?.State);
        Assert.Equal("OFFERED", await StateOf(world, "XQ-1"));
        Assert.DoesNotContain(await world.Desk.Cases(null, 10, Token), one => one.Kind == IdentityCase.SharedId);
    }

    [Fact]
    public async Task Scenario_12_a_rename_is_asked_and_frees_the_person_once_answered()
    {
        await using var world = await IdentityWorld.Open(databases);
        await world.Take(
            world.Household("H1", s_anna, "410421101"), world.Household("H2", s_anna, "410421102"),
            world.Member("H1", s_anna, "王示㙍"), world.Member("H2", s_anna, "王示?"));
        await world.Link();
        var before = await world.Dump();
        var review = await world.OpenReview();

        Assert.Equal((ReviewKind.Rename, PersonFold.Conflict), (review.Kind, (await world.Facts(s_anna))?.State));
        await world.Merge(review.ReviewId);
        Assert.Equal(PersonFold.Ok, (await world.Facts(s_anna))?.State);
        await world.Desk.Unmerge(new ReviewOrder(review.ReviewId, "丙", "合并有误"), Token);
        Assert.Equal(PersonFold.Conflict, (await world.Facts(s_anna))?.State);
        Assert.Equal(before, await world.Dump());
    }

    [Fact]
    public async Task Scenario_12_a_record_under_another_s_number_finds_its_own_person()
    {
        await using var world = await IdentityWorld.Open(databases);
        await world.Take(
            world.Household("H1", s_anna, "410421101"), world.Household("H2", s_bert, "410423101", phone: "另一电话"), world.Household("H3", null, "410423101", phone: "另一电话"),
            world.Member("H1", s_anna, "王示例"), world.Member("H2", s_bert, "欧阳示范"),
            world.Member("H3", s_anna, "欧阳示范", born: new DateOnly(1978, 11, 4)));
        await world.Link();
        var found = Assert.Single(await world.Desk.List(Review.Open, ReviewKind.MissingId, 10, Token));
        var before = await world.Dump();

        await world.Merge(found.ReviewId);

        Assert.Equal((PersonFold.Ok, PersonFold.Ok), ((await world.Facts(s_anna))?.State, (await world.Facts(s_bert))?.State));
        Assert.Equal(new DateOnly(1976, 5, 12), (await world.Facts(s_anna))?.BornOn);
        await world.Desk.Unmerge(new ReviewOrder(found.ReviewId, "丙", "合并有误"), Token);
        Assert.Equal(before, await world.Dump());
    }

    private async Task<IdentityWorld> CorrectedId(string corrected)
    {
        var world = await IdentityWorld.Open(databases);
        await world.Take(
            world.Household("H1", s_anna, "410423101"), world.Household("H2", corrected, "410423101"),
            world.Member("H1", s_anna, "王示例"), world.Member("H2", corrected, "王示例", night: 2));
        await world.Take(world.Aid("H1", s_anna, 800), world.Aid("H2", corrected, 500));
        await world.Link();
        return world;
    }

    private static Task<string> StateOf(IdentityWorld world, string needRef) =>
        world.Database.Ask($"select state from referrals.referral where referral_id = '{world.ReferralOf(needRef)}'");
}
