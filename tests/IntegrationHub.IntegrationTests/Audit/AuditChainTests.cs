using IntegrationHub.Audit;
using IntegrationHub.IntegrationTests.Subscriptions;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.IntegrationTests.Audit;

/// <summary>The twin of every green verification: a chain that was touched is found broken, at the entry that was touched.</summary>
public sealed class AuditChainTests(HubDatabases databases)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 2, 0, 0, TimeSpan.FromHours(8)));

    [Fact]
    public async Task An_untouched_chain_is_whole()
    {
        await using var database = await Chain();

        Assert.Equal(new AuditCheck(20, null), await Verify(database));
    }

    [Theory]
    [InlineData("at = at + interval '1 microsecond'", "entry 17 was changed")]
    [InlineData("actor = 'hubb'", "entry 17 was changed")]
    [InlineData("action = 'test.other'", "entry 17 was changed")]
    [InlineData("subject = 'thing 18'", "entry 17 was changed")]
    [InlineData("""detail = '{"number":71}'""", "entry 17 was changed")]
    [InlineData("hash = set_byte(hash, 0, get_byte(hash, 0) # 1)", "entry 17 was changed")]
    [InlineData("previous_hash = set_byte(previous_hash, 31, get_byte(previous_hash, 31) # 1)", "entry 17 does not follow entry 16")]
    [InlineData("sequence = 170", "entry 17 is missing")]
    public async Task One_changed_value_of_one_entry_is_found_and_named(string change, string broken)
    {
        await using var database = await Chain();

        await database.Run($"update audit.entry set {change} where sequence = 17");

        Assert.Equal(new AuditCheck(16, broken), await Verify(database));
    }

    [Theory]
    [InlineData("delete from audit.entry where sequence = 17", 16, "entry 17 is missing")]
    [InlineData("delete from audit.entry where sequence = 20", 19, "the chain ends at entry 19, but its head says 20")]
    [InlineData("update audit.head set sequence = 19", 20, "the chain ends at entry 20, but its head says 19")]
    [InlineData(
        "insert into audit.entry select 21, at, actor, action, subject, detail, hash, hash from audit.entry where sequence = 20",
        20, "entry 21 was changed")]
    public async Task An_entry_taken_out_or_put_in_is_found(string tampering, long entries, string broken)
    {
        await using var database = await Chain();

        await database.Run(tampering);

        Assert.Equal(new AuditCheck(entries, broken), await Verify(database));
    }

    private async Task<OwnDatabase> Chain()
    {
        var database = await databases.Create(TestContext.Current.CancellationToken);
        for (var number = 1; number <= 20; number++)
        {
            _time.Advance(TimeSpan.FromTicks(12_345));
            await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
            await AuditLog.Append(
                work, new AuditFact("hub", "test.done", $"thing {number}", new { number }), _time,
                TestContext.Current.CancellationToken);
            await work.Commit(TestContext.Current.CancellationToken);
        }

        return database;
    }

    private static async Task<AuditCheck> Verify(OwnDatabase database)
    {
        await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
        return await AuditLog.Verify(work, TestContext.Current.CancellationToken);
    }
}
