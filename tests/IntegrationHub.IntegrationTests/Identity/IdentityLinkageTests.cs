using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Identity.IdentityWorld;

namespace IntegrationHub.IntegrationTests.Identity;

/// <summary>Who records without a deciding number are found to be, through the pipeline on a real database.</summary>
public sealed class IdentityLinkageTests(HubDatabases databases)
{
    private static readonly string s_anna = Number("19760512", 103);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_without_a_number_is_a_person_of_its_own_until_all_else_says_whose_it_is()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101"), world.Household("H2", null, "410425101"),
            world.Member("H2", null, "欧阳示例", born: new DateOnly(1976, 5, 12)));
        await world.Link();
        Assert.Equal("PROVISIONAL/1 0", await world.Database.Ask("select rule, (select count(*) from identity.alias) from identity.member"));
        Assert.Null(await world.Facts(s_anna));

        await world.Take(world.Member("H1", s_anna, "欧阳示例"));
        var outcome = await world.Link();

        Assert.Equal(1, outcome.Links); // the phone is the same
        Assert.Equal(2, (await world.Person(s_anna)).Keys.Count);
        Assert.Equal(PersonFold.Ok, (await world.Facts(s_anna))?.State);
        Assert.Equal("SAME_ID_AND_NAME/1", await world.Database.Ask($"select rule from identity.member where person_key = '{world.KeyOf(s_anna)}'"));
        Assert.Equal("True 2026-11", await world.Database.Ask("select automatic, rule_version from identity.alias"));
    }

    [Fact]
    public async Task A_link_becomes_a_question_when_a_second_number_fits()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101"), world.Member("H1", s_anna, "欧阳示例"),
            world.Member("H1", null, "欧阳示例", born: new DateOnly(1976, 5, 12), line: "2"));
        Assert.Equal(1, (await world.Link()).Links);

        await world.Take(world.Member("H1", Number("19760512", 301), "欧阳示例", line: "3"));
        var outcome = await world.Link();

        Assert.Equal((0, 1), (outcome.Links, outcome.Undone)); // and both are asked about
        Assert.Equal("0", await world.Database.Ask("select count(*) from identity.alias"));
        Assert.Equal(2, (await world.Desk.List(Review.Open, null, 10, Token)).Count);
    }

    [Fact]
    public async Task A_link_is_taken_back_when_the_record_it_rested_on_says_something_else()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101"), world.Member("H1", s_anna, "欧阳示例"),
            world.Member("H1", null, "欧阳示例", born: new DateOnly(1976, 5, 12), line: "2"));
        Assert.Equal(1, (await world.Link()).Links);

        await world.Take(world.Member("H1", null, "赵六", born: new DateOnly(1990, 1, 30), line: "2", night: 2));

        Assert.Equal(1, (await world.Link()).Undone);
        Assert.Single((await world.Person(s_anna)).Keys);
    }

    [Fact]
    public async Task The_hub_s_own_link_can_be_taken_back_for_good()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101"), world.Member("H1", s_anna, "欧阳示例"),
            world.Member("H1", null, "欧阳示例", born: new DateOnly(1976, 5, 12), line: "2"));
        var before = await world.Dump();
        await world.Link();
        var review = Guid.Parse(await world.Database.Ask("select review_id from identity.alias"));

        await world.Desk.Unmerge(new ReviewOrder(review, "甲", "不是同一人"), Token);
        await world.Link();

        Assert.Single((await world.Person(s_anna)).Keys);
        Assert.Equal(before["identity.member"], (await world.Dump())["identity.member"]);
        Assert.Equal(before["identity.alias"], (await world.Dump())["identity.alias"]);
    }

    [Theory]
    [InlineData("欧阳示例", "1976-05-12", 1, 0)]
    [InlineData("欧阳 示例", "1976-05-12", 1, 0)]
    [InlineData("欧阳示力", "1976-05-12", 0, 1)]
    [InlineData("欧阳示例", "1976-05-13", 0, 1)]
    [InlineData("赵六", "1976-05-12", 0, 1)]
    public async Task Fifteen_digits_need_name_and_birth(string name, string birth, int links, int reviews)
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101", phone: null), world.Household("H2", null, "410425101", phone: null),
            world.Member("H1", s_anna, "欧阳示例"),
            world.Member("H2", s_anna, name, born: DateOnly.Parse(birth)) with { IdAssurance = IdAssurance.Derived });

        var outcome = await world.Link();

        Assert.Equal((links, reviews), (outcome.Links, outcome.Reviews));
        Assert.Equal(PersonFold.Ok, (await world.Facts(s_anna))?.State); // the doubt holds the fifteen digits, not the number
        if (reviews > 0)
            Assert.Equal(ReviewKind.DerivedId, (await world.OpenReview()).Kind);
    }

    [Fact]
    public async Task Fifteen_digits_that_nobody_else_claims_are_the_number_s_person()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", s_anna, "410423101"),
            world.Member("H1", s_anna, "欧阳示例") with { IdAssurance = IdAssurance.Derived });

        await world.Link();

        Assert.Equal(PersonFold.Ok, (await world.Facts(s_anna))?.State);
        Assert.Equal("FROM_15_DIGITS", await world.Database.Ask("select reason from identity.alias"));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_compared_again()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101"), world.Member("H1", s_anna, "欧阳示例"),
            world.Member("H1", null, "欧阳示力", born: new DateOnly(1976, 5, 12), line: "2"));
        Assert.Equal(1, (await world.Link()).Pairs);

        // Other tests' open transactions hold back how far a run may say it has read.
        for (var left = 100; (await world.Link()).Pairs > 0; left--)
        {
            Assert.NotEqual(0, left);
            await Task.Delay(100, Token);
        }

        await world.Take(world.Member("H1", s_anna, "欧阳示例", night: 2));
        Assert.Equal(1, (await world.Link()).Pairs);
        Assert.Single(await world.Desk.List(Review.Open, null, 10, Token));
    }

    [Fact]
    public async Task A_review_shows_masked_values_only_and_stores_none()
    {
        await using var world = await Open(databases);
        await world.Take(
            world.Household("H1", null, "410423101"), world.Member("H1", s_anna, "欧阳示例"),
            world.Member("H1", Number("19760512", 301), "欧阳示例", line: "2"));
        await world.Link();

        var sheet = await world.Desk.Show((await world.OpenReview()).ReviewId, Token);

        Assert.Equal(
            [("欧***", "410499********1035"), ("欧***", $"410499********{s_anna[14..]}")],
            new[] { sheet.One, sheet.Other }.Select(one => (one?.Name, one?.IdNo)).OrderByDescending(one => one.IdNo == "410499********1035").Take(1)
                .Append(("欧***", $"410499********{s_anna[14..]}")));
        var stored = await world.Database.Ask("select string_agg(t::text, ' ') from identity.review t");
        Assert.DoesNotContain("欧", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("1976", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(s_anna, await world.Database.Ask("select string_agg(t::text, ' ') from audit.entry t"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_category_and_an_ended_recognition_leave_their_past()
    {
        await using var world = await Open(databases);
        await world.Take(world.Recognition("H1", s_anna, "LI1"));
        await world.Take(world.Recognition("H1", s_anna, "LI1", night: 2));
        Assert.Equal("0", await world.Database.Ask("select count(*) from identity.past_recognition"));

        await world.Take(world.Recognition("H1", s_anna, "LI3", night: 3));
        await world.Take(Ended(world.Recognition("H1", s_anna, "LI3"), "RD", night: 4));

        Assert.Equal(
            $"LI1 {VersionOf(1)} {VersionOf(3)}",
            await world.Database.Ask(
                "select category, (extract(epoch from valid_from) * 1000)::bigint, (extract(epoch from valid_to) * 1000)::bigint from identity.past_recognition order by valid_from"));
        Assert.Equal(
            $"LI3 {VersionOf(3)} {VersionOf(4)}",
            await world.Database.Ask(
                "select category, (extract(epoch from valid_from) * 1000)::bigint, (extract(epoch from valid_to) * 1000)::bigint from identity.past_recognition order by valid_from desc"));
        Assert.Empty(await world.Categories(s_anna));
    }
}
