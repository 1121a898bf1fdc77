using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Rights;

/// <summary>P11: the person can be told who got what of theirs, and nothing that was sent is missing.</summary>
public sealed class StatementTests(HubDatabases databases)
{
    private static readonly ContractsFolder Contracts = new(Path.Combine(AppContext.BaseDirectory, "contracts"));
    private static readonly StatementPage Page = new(new CodeNames(Contracts), new ProblemTexts(Contracts));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P11_every_byte_that_was_sent_is_reachable_from_the_statement_and_refusals_are_counted()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();
        var referral = world.ReferralOf("XQ-1");
        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        await Assert.ThrowsAnyAsync<HubProblemException>(() => world.Claims.Claim(Calling(County), referral, 1, ["bank"], Token));

        var statement = await Make(world, new PersonReference.Need("XQ-1"));

        Assert.Equal(await world.Database.Ask("select sum(sends) from disclosure.release"), $"{statement.Sends}");
        Assert.Equal(await world.Database.Ask("select count(*) from audit.entry where action = 'claim.released'"), $"{statement.Sends}");
        Assert.Equal(3, statement.Sends);
        Assert.Equal(
            (await world.Database.Ask("select string_agg(encode(digest, 'hex'), ' ' order by released_at, release_id) from disclosure.release")).Split(' '),
            statement.Releases.Select(release => release.Digest));
        Assert.Equal(
            await world.Database.Ask("select count(*) from disclosure.decision where not permitted"), $"{statement.Refusals.Count}");
        Assert.All(statement.Releases, release => Assert.Equal(("TY-2", "示例组织"), (release.ConsentId, release.Recipient.Name)));
    }

    [Fact]
    public async Task P11_it_says_in_plain_Chinese_who_what_when_why_and_under_which_consent_and_names_nobody()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name", "phone"], Token);
        await Assert.ThrowsAnyAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["bank"], Token));
        await world.RecordAid(world.ReferralOf("XQ-1"));

        var statement = await Make(world, new PersonReference.Key(world.KeyOf(1)));
        var text = Page.Text(statement);

        string[] said =
        [
            "一、您的信息提供给了谁（共 1 项，发送 1 次）",
            $"1. 示例组织（{County}），2026年3月2日 02:10，用途：助医，需求 XQ-1",
            "提供的内容：姓名、联系电话；发送 1 次",
            "由本人给予的同意 TY-2（第 1 号）",
            "二、没有提供的情况（共 1 次）",
            "没有提供身份信息，原因：没有可以提供的数据项",
            "三、不含身份的匿名转介（共 1 次）",
            "同意 TY-2：有效",
            "身份记录（姓名、证件号码、性别、出生日期、健康、残疾、劳动能力、就学情况，加密保存）：1 条",
            "慈善帮扶：示例组织",
            "500.00 元",
            "撤回同意：您可以随时",
        ];
        Assert.All(said, words => Assert.Contains(words, text, StringComparison.Ordinal));
        Assert.All([IdOf(1), Name, Phone, "示例路一号"], identity => Assert.DoesNotContain(identity, text, StringComparison.Ordinal));
        Assert.Contains("<h2>一、您的信息提供给了谁", Page.Html(statement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_wrote_cannot_put_anything_into_the_page()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Register(2_000_000_000_000, Organisation(County, "COUNTY", "410423") with { Name = "<script>x</script>" });
        await world.Accepted();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name"], Token);

        var page = Page.Html(await Make(world, new PersonReference.Need("XQ-1")));

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P11_after_a_merge_it_tells_of_every_key_of_the_person_whichever_is_asked()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Know(2);
        await world.Accepted();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name"], Token);
        await world.Database.Run(
            $"""
            insert into identity.alias (alias_key, person_key, into_key, reason, automatic, review_id, score, explanation, rule_version, proposed_by, approved_by, made_at)
            values ('{world.KeyOf(1)}', '{world.KeyOf(1)}', '{world.KeyOf(2)}', 'MERGED', false, gen_random_uuid(), 1, '{"{}"}', 'v1', 'a', 'b', now())
            """);

        foreach (var person in new[] { 1, 2 })
        {
            var statement = await Make(world, new PersonReference.Key(world.KeyOf(person)));
            Assert.Equal((1, 2L), (statement.Sends, statement.Holdings.Members));
        }
    }

    [Fact]
    public async Task That_it_was_made_is_on_record_with_who_asked_and_why_and_without_a_reason_there_is_none()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();

        var statement = await Make(world, new PersonReference.Need("XQ-1"));

        Assert.Equal(
            $"operator:desk {world.KeyOf(1)} {statement.StatementId} asked at the desk",
            await world.Database.Ask(
                """
                select actor, subject, detail::jsonb ->> 'statementId', detail::jsonb ->> 'reason'
                  from audit.entry where action = 'statement.made'
                """));
        Assert.Equal("reason.missing", await CodeOf(() => Desk(world).Make(new RightsOrder(new PersonReference.Need("XQ-1"), "desk", " "), Token)));
        Assert.Equal("1", await world.Database.Ask("select count(*) from audit.entry where action = 'statement.made'"));
    }

    [Fact]
    public async Task Nobody_is_not_found_and_a_number_two_people_share_is_not_guessed()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Know(2);
        await world.Open(world.Need("XQ-7"));
        await world.Open(world.Need("XQ-8", person: 2));
        await world.Database.Run("update referrals.need set need_ref = 'XQ-7'");

        Assert.Equal("person.not_found", await CodeOf(() => Make(world, new PersonReference.Key(Guid.CreateVersion7()))));
        Assert.Equal("person.not_found", await CodeOf(() => Make(world, new PersonReference.Need("XQ-0"))));
        Assert.Equal("person.ambiguous", await CodeOf(() => Make(world, new PersonReference.Need("XQ-7"))));
    }

    [Fact]
    public async Task An_id_number_comes_on_the_input_and_never_prints_itself()
    {
        await using var world = await ReferralWorld.Open(databases);
        var reference = PersonReference.Read("-", new StringReader($" {IdOf(1)}\n"));

        Assert.Equal(1, (await Make(world, reference)).Holdings.Members);
        Assert.DoesNotContain(IdOf(1), $"{reference}", StringComparison.Ordinal);
        Assert.Equal("person.id_invalid", Assert.Throws<HubProblemException>(() => PersonReference.Read("-", new StringReader("no"))).Code);
    }

    private static Task<RightsStatement> Make(ReferralWorld world, PersonReference person) =>
        Desk(world).Make(new RightsOrder(person, "desk", "asked at the desk"), Token);

    private static StatementDesk Desk(ReferralWorld world) => new(world.Database.Hub, world.Finder, world.Time);

    private static async Task<string> CodeOf(Func<Task> act) => (await Assert.ThrowsAsync<HubProblemException>(act)).Code;
}
