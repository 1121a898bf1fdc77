using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;

namespace IntegrationHub.IntegrationTests.Audit;

/// <summary>What a forger with the whole database may try, and where he is found.</summary>
public sealed class ForgeryTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("first_sequence = 7", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("last_sequence = 9", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("head = set_byte(head, 0, get_byte(head, 0) # 1)", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("previous = set_byte(previous, 0, get_byte(previous, 0) # 1)", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("digest = 'SM3'", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("suite = 'none'", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("statement = statement || ' '", "the root of 2026-03-03 says otherwise than its statement")]
    [InlineData("signature = set_byte(signature, 9, get_byte(signature, 9) # 1)", "the root of 2026-03-03 has a signature that is not of its statement")]
    [InlineData("day = '2026-03-09'", "the root of 2026-03-04 does not follow")]
    public async Task One_changed_value_of_a_root_is_found_and_named(string change, string words)
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();

        await days.Database.Run($"update audit.root set {change} where day = '2026-03-03'");

        var broken = Assert.IsType<Verification.Broken>(await days.Verify());
        Assert.Equal("audit.root_broken", broken.Code);
        Assert.True(
            broken.Detail.StartsWith(words, StringComparison.Ordinal) || words.Contains("follow", StringComparison.Ordinal)
            && broken.Detail == "the root of 2026-03-03 is missing", broken.Detail);
    }

    [Theory]
    [InlineData("update audit.signing_key set public_key = set_byte(public_key, 60, get_byte(public_key, 60) # 1)", "the root of 2026-03-02 is signed by a key nobody knows")]
    [InlineData("delete from audit.root where day = '2026-03-04'", "the root of 2026-03-04 is missing")]
    public async Task A_changed_key_and_a_root_taken_out_are_found(string change, string words)
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();

        await days.Database.Run(change);

        Assert.Equal(("audit.root_broken", words), Of(await days.Verify()));
    }

    [Fact]
    public async Task A_last_entry_that_was_taken_out_with_its_head_put_right_is_missed_by_the_root()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();

        await days.Database.Run("delete from audit.entry where sequence = 13");
        await days.Rechain(12);

        Assert.Equal(
            ("audit.broken", "the chain ends at entry 12, but the root of 2026-03-05 was made over 13"), Of(await days.Verify()));
    }

    [Fact]
    public async Task A_history_whose_hashes_were_all_computed_again_does_not_pass_its_roots()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        await days.Database.Run("update audit.entry set subject = 'nothing' where sequence = 8");

        await days.Rechain(8);

        Assert.Equal(
            ("audit.broken", "entry 10 is not the one the root of 2026-03-03 was made over"), Of(await days.Verify()));
    }

    [Fact]
    public async Task A_history_written_anew_with_roots_signed_anew_is_found_by_a_root_that_was_carried_out()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        Directory.Move(days.Exports, days.Exports + "-outside");
        await days.Database.Run("update audit.entry set subject = 'nothing' where sequence = 8");
        await days.Rechain(8);
        await days.Database.Run("delete from audit.root");
        await days.Roots.MakeDue(Token);

        Assert.IsType<Verification.Proven>(await days.Verify());
        Assert.Equal(
            ("audit.rewritten", "the exported root of 2026-03-03, over entries up to 10, says otherwise than the database"),
            Of(await days.Verify(against: days.Exports + "-outside")));
        Assert.IsType<Verification.Proven>(
            await days.Verify(against: Path.Combine(days.Exports + "-outside", "audit-root-2026-03-02.json")));
    }

    [Fact]
    public async Task Roots_that_are_all_gone_are_missed_by_the_one_carried_out_and_a_forged_file_accuses_nobody()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        await days.Database.Run("delete from audit.root");
        var file = Path.Combine(days.Exports, "audit-root-2026-03-03.json");

        Assert.Equal(("audit.rewritten", "the exported root of 2026-03-03 is not in the database"), Of(await days.Verify(against: file)));
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Token)).Replace("\"lastSequence\": 10", "\"lastSequence\": 11"), Token);
        Assert.Equal("audit.root_file", await AuditDays.CodeOf(() => days.Verify(against: file)));
    }

    [Fact]
    public async Task Days_that_ended_and_were_not_closed_are_reported_when_the_schedule_has_evidently_stopped()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        days.Time.Advance(TimeSpan.FromDays(2));

        var waiting = Assert.IsType<Verification.Proven>(await days.Verify());
        days.Time.Advance(TimeSpan.FromDays(1));
        var missing = Of(await days.Verify());

        Assert.Equal([new DateOnly(2026, 3, 6), new DateOnly(2026, 3, 7)], waiting.DaysWithoutRoot);
        Assert.Equal(("audit.root_missing", "the day 2026-03-06 has no root, nor have 2 after it"), missing);
    }

    [Fact]
    public async Task Since_a_day_begins_at_the_root_before_it_and_sees_what_came_after_only()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        await days.Database.Run("update audit.entry set subject = 'nothing' where sequence = 8");

        var since = Assert.IsType<Verification.Proven>(await days.Verify(since: new DateOnly(2026, 3, 4)));

        Assert.Equal(13, since.AuditEntries);
        Assert.Equal("entry 8 was changed", Of(await days.Verify(since: new DateOnly(2026, 3, 3))).Detail);
        Assert.Equal("audit.no_root_before", await AuditDays.CodeOf(() => days.Verify(since: new DateOnly(2026, 3, 2))));
    }

    private static (string Code, string Detail) Of(Verification verification)
    {
        var broken = Assert.IsType<Verification.Broken>(verification);
        return (broken.Code, broken.Detail);
    }
}
