using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;

namespace IntegrationHub.IntegrationTests.Audit;

/// <summary>R50: each day is closed with a root that outsiders can hold the hub to.</summary>
public sealed class AuditRootsTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R50_every_day_that_has_ended_has_one_root_also_the_day_without_entries_and_the_running_day_has_none()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();

        Assert.Empty(await days.Roots.MakeDue(Token));

        Assert.Equal(
            ["2026-03-02 1 5", "2026-03-03 6 10", "2026-03-04 11 10", "2026-03-05 11 13"],
            (await All(days)).Select(one => $"{one.Root.Day:yyyy-MM-dd} {one.Root.FirstSequence} {one.Root.LastSequence}"));
        Assert.Equal(new Verification.Proven(13, 0) { Roots = 4 }, Shape(await days.Verify()));
    }

    [Fact]
    public async Task Two_processes_that_close_the_same_days_close_them_once()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Write(3);
        days.Time.Advance(TimeSpan.FromDays(3));

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => days.Roots.MakeDue(Token), Token)));

        Assert.Equal(3, made.Sum(one => one.Count));
        Assert.IsType<Verification.Proven>(await days.Verify());
    }

    [Fact]
    public async Task An_entry_that_came_late_for_its_day_is_in_the_next_root_and_in_no_case_in_none()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Write(2);
        days.Time.Advance(TimeSpan.FromDays(1));
        await days.Roots.MakeDue(Token);
        await days.Write(1);
        await days.Database.Run("update audit.entry set at = at - interval '1 day' where sequence = 3");
        await days.Rechain(3);
        days.Time.Advance(TimeSpan.FromDays(1));
        await days.Roots.MakeDue(Token);

        Assert.Equal(3, (await All(days))[^1].Root.LastSequence);
        Assert.IsType<Verification.Proven>(await days.Verify());
    }

    [Fact]
    public async Task The_chain_may_change_its_digest_on_a_day_and_is_whole_before_and_after()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Write(4);
        days.Time.Advance(TimeSpan.FromDays(1));
        await days.Digest("SM3");
        await days.Write(4);
        days.Time.Advance(TimeSpan.FromDays(1));
        await days.Roots.MakeDue(Token);

        Assert.Equal(new Verification.Proven(9, 0) { Roots = 2 }, Shape(await days.Verify()));
        Assert.Equal("SHA-256 4 SM3 5", await days.Database.Ask(
            "select string_agg(digest || ' ' || n, ' ' order by digest) from (select digest, count(*) n from audit.entry group by digest) one"));
        Assert.Equal("audit.digest_unknown", await AuditDays.CodeOf(() => days.Digest("MD5")));
        await days.Database.Run("update audit.entry set digest = 'SHA-256' where sequence = 7");
        Assert.Equal("entry 7 was changed", Broken(await days.Verify()).Detail);
    }

    [Fact]
    public async Task An_exported_root_is_checked_by_an_outsider_with_nothing_but_the_public_key()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();

        var files = Directory.GetFiles(days.Exports).Order().ToList();
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(files[1], Token));
        var root = document.RootElement;
        using var key = ECDsa.Create();
        key.ImportFromPem(root.GetProperty("publicKey").GetString());

        Assert.Equal(4, files.Count);
        Assert.True(key.VerifyData(
            Encoding.UTF8.GetBytes(root.GetProperty("statement").GetString()!), root.GetProperty("signature").GetBytesFromBase64(),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Contains($"head={await days.Database.Ask("select encode(hash, 'hex') from audit.entry where sequence = 10")}\n", root.GetProperty("statement").GetString());
        Assert.Equal(0, await days.Roots.Export(null, Token));
        Assert.Equal(4, await days.Roots.Export(days.Exports, Token)); // again the same bytes, over the same files
    }

    [Fact]
    public async Task An_exported_file_that_says_something_else_is_never_overwritten()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        var file = Directory.GetFiles(days.Exports).Order().First();
        await File.AppendAllTextAsync(file, " ", Token);

        Assert.Equal("audit.root_differs", await AuditDays.CodeOf(() => days.Roots.Export(days.Exports, Token)));
    }

    [Fact]
    public async Task A_key_that_signed_and_is_gone_is_not_replaced_in_silence()
    {
        await using var days = await AuditDays.Open(databases);
        await days.Live();
        File.Delete(days.KeyFile);
        days.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal("audit.signing_key", await AuditDays.CodeOf(() => days.Roots.MakeDue(Token)));
        Assert.False(File.Exists(days.KeyFile));

        await days.Roots.RenewKey("a", "lost with its disk", Token);
        Assert.Single(await days.Roots.MakeDue(Token));
        Assert.Equal("2", await days.Database.Ask("select count(distinct key_id) from audit.root"));
        Assert.IsType<Verification.Proven>(await days.Verify());
    }

    private static async Task<List<SignedRoot>> All(AuditDays days)
    {
        await using var work = await days.Database.Hub.Begin(Token);
        return await AuditRootStore.All(work, Token);
    }

    private static Verification.Proven Shape(Verification verification) =>
        Assert.IsType<Verification.Proven>(verification) with { DaysWithoutRoot = [] };

    private static Verification.Broken Broken(Verification verification) => Assert.IsType<Verification.Broken>(verification);
}
