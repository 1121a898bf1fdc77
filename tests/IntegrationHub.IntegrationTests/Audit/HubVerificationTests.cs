using IntegrationHub.Audit;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Audit;

public sealed class HubVerificationTests(HubDatabases databases)
{
    private static readonly PolicyBook Policy = PolicyFile.Book(Path.Combine(AppContext.BaseDirectory, "contracts"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_hub_is_proven()
    {
        await using var world = await ReferralWorld.Open(databases);

        var proven = Assert.IsType<Verification.Proven>(await Verify(world));
        Assert.Equal((0, 0, 0), (proven.AuditEntries, proven.Releases, proven.Roots));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(500)]
    public async Task Releases_repeats_and_refusals_are_proven_whatever_the_size_of_a_page(int pageSize)
    {
        await using var world = await Released();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name"], Token);
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["phone"], Token);
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name"], Token);
        await Assert.ThrowsAnyAsync<Exception>(
            () => world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["bank"], Token));

        var proven = Assert.IsType<Verification.Proven>(await Verify(world, pageSize));

        Assert.Equal(3, proven.Releases);
        Assert.Equal(await world.Database.Ask("select count(*) from audit.entry"), $"{proven.AuditEntries}");
    }

    [Fact]
    public async Task A_changed_audit_entry_is_broken_and_named()
    {
        await using var world = await Released();
        await world.Database.Run("update audit.entry set detail = replace(detail, 'name', 'bank') where action = 'claim.released'");

        var sequence = await world.Database.Ask("select sequence from audit.entry where action = 'claim.released'");
        var broken = Assert.IsType<Verification.Broken>(await Verify(world));

        Assert.Equal(("audit.broken", $"entry {sequence} was changed"), (broken.Code, broken.Detail));
    }

    [Theory]
    [InlineData("update disclosure.release set items = items || array['bank']", "its decision permits other items")]
    [InlineData("update disclosure.release set items = array['name']", "tells it otherwise")]
    [InlineData("update disclosure.release set items = '{}'", "its decision permits other items")]
    [InlineData("update disclosure.release set uscc = '534104995010000253'", "its decision is about another case")]
    [InlineData("update disclosure.release set attempt = 2", "its decision is about another case")]
    [InlineData("update disclosure.release set released_at = released_at - interval '1 second'", "made at another instant")]
    [InlineData("update disclosure.release set consent_sequence = 2", "rests on another consent or policy")]
    [InlineData("update disclosure.release set digest = sha256('other')", "tells it otherwise")]
    [InlineData("update disclosure.release set sends = 2", "it was sent 2 times and has 1 audit entries")]
    [InlineData("update disclosure.decision set permitted = false where step = 'CLAIM'", "its decision is a refusal")]
    [InlineData("update disclosure.decision set effective = array['name'] where step = 'CLAIM'", "its decision permits other items")]
    [InlineData(
        """
        with moved as (update disclosure.decision set uscc = '534104995010000253' where step = 'CLAIM')
        update disclosure.release set uscc = '534104995010000253'
        """,
        "tells it otherwise")]
    [InlineData("delete from consent.event where consent_id = 'TY-2'", "does not permit it (consent.none)")]
    [InlineData("update consent.event set recipients = '{}' where consent_id = 'TY-2'", "does not permit it (consent.need_named)")]
    [InlineData("update consent.event set items = array['name']", "does not cover its items")]
    [InlineData(
        "update consent.event set recorded_at = recorded_at + interval '1 second' where consent_id = 'TY-2'",
        "does not permit it (consent.none)")]
    public async Task A_release_that_its_evidence_does_not_carry_is_unproven_and_named(string tampering, string words)
    {
        await using var world = await Released();
        await world.Database.Run(tampering);

        var broken = Assert.IsType<Verification.Broken>(await Verify(world));

        Assert.Equal("release.unproven", broken.Code);
        Assert.StartsWith(
            $"release {await world.Database.Ask("select release_id from disclosure.release")}: ", broken.Detail,
            StringComparison.Ordinal);
        Assert.Contains(words, broken.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_was_taken_out_is_missed_by_its_audit_entry()
    {
        await using var world = await Released();
        var sequence = await world.Database.Ask("select sequence from audit.entry where action = 'claim.released'");

        await world.Database.Run("delete from disclosure.release");
        var last = Assert.IsType<Verification.Broken>(await Verify(world));
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name"], Token);
        var first = Assert.IsType<Verification.Broken>(await Verify(world));

        Assert.Equal($"audit entry {sequence} tells of a release that is not there", last.Detail);
        Assert.Equal(last, first);
    }

    [Theory]
    [InlineData("update disclosure.decision set reason = 'consent.none' where not permitted")]
    [InlineData("update disclosure.decision set permitted = true, reason = 'permit' where not permitted")]
    [InlineData("update disclosure.decision set facts = jsonb_set(facts, '{recipient,status}', '\"REVOKED\"') where step = 'OFFER'")]
    public async Task A_refusal_or_an_offer_that_would_be_decided_otherwise_is_found(string tampering)
    {
        await using var world = await Released();
        await Assert.ThrowsAnyAsync<Exception>(
            () => world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["bank"], Token));
        Assert.True(Assert.IsType<Verification.Proven>(await Verify(world)) is { Decisions: >= 3, DecisionsWithoutFacts: 0 });

        await world.Database.Run(tampering);

        var broken = Assert.IsType<Verification.Broken>(await Verify(world));
        Assert.Equal("decision.unproven", broken.Code);
        Assert.StartsWith("decision ", broken.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_about_a_referral_that_is_not_there_is_found()
    {
        await using var world = await Released();
        await world.Database.Run(
            """
            insert into disclosure.decision (at, step, referral_id, attempt, person_key, uscc, purpose, permitted, reason, requested, effective, policy_version)
            select at, step, 'ffffffff-0000-7000-8000-000000000000', attempt, person_key, uscc, purpose, false, 'consent.none', '{}', '{}', policy_version
              from disclosure.decision where step = 'CLAIM'
            """);

        var broken = Assert.IsType<Verification.Broken>(await Verify(world));

        Assert.Equal(
            ("decision.orphaned", "decisions about referral ffffffff-0000-7000-8000-000000000000 are there, and the referral is not"),
            (broken.Code, broken.Detail));
    }

    [Fact]
    public async Task A_release_written_past_the_audit_log_is_unproven()
    {
        await using var world = await Released();

        await world.Database.Run(
            """
            insert into disclosure.release
            select 'ffffffff-0000-7000-8000-000000000000', decision_id, referral_id, attempt, person_key, uscc, purpose, items
                 , consent_id, consent_sequence, policy_version, digest, released_at
              from disclosure.release
            """);

        var broken = Assert.IsType<Verification.Broken>(await Verify(world));
        Assert.Equal(
            "release ffffffff-0000-7000-8000-000000000000: it was sent 1 times and has 0 audit entries", broken.Detail);
    }

    [Fact]
    public async Task P07_a_withdrawal_the_hub_came_to_know_later_leaves_the_release_proven_however_far_back_it_reaches()
    {
        await using var world = await Released();
        world.Time.Advance(TimeSpan.FromMinutes(1));

        await world.Agree(Withdrawal(Named("TY-2", County), Night.AddDays(-1)));

        Assert.IsType<Verification.Proven>(await Verify(world));
    }

    [Fact]
    public async Task R15_a_withdrawal_the_hub_knew_makes_the_release_unproven()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token);
        await world.Agree(Withdrawal(Named("TY-2", County), Night));
        await world.Database.Run(
            "update consent.event set recorded_at = recorded_at - interval '30 seconds' where type = 'Withdrawn'");

        var broken = Assert.IsType<Verification.Broken>(await Verify(world));

        Assert.Contains("consent.withdrawn", broken.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_while_it_reads_does_not_look_broken()
    {
        await using var world = await Released();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await using var work = await world.Database.Hub.Begin(Token);
                    await AuditLog.Append(work, new AuditFact("hub", "test.done", "thing", new { }), world.Time, Token);
                    await work.Commit(Token);
                }
            },
            Token);

        try
        {
            for (var entries = 0L; entries < 500;)
                entries = Assert.IsType<Verification.Proven>(await Verify(world)).AuditEntries;
        }
        finally
        {
            await enough.CancelAsync();
            await writing;
        }
    }

    private async Task<ReferralWorld> Released()
    {
        var world = await ReferralWorld.Open(databases);
        await world.Claims.Claim(Calling(County), await world.Accepted(), 1, ["name", "phone"], Token);
        return world;
    }

    private static Task<Verification> Verify(ReferralWorld world, int pageSize = 500) =>
        new HubVerification(world.Database.Hub, Policy, world.Time) { PageSize = pageSize }.Verify(Token);
}
