using IntegrationHub.Audit;
using IntegrationHub.Database;
using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Audit;

public sealed class AuditTrailTests(HubDatabases databases)
{
    private const int Things = 701;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entries_come_in_the_order_of_what_they_refer_to_and_of_writing_however_many_there_are()
    {
        await using var database = await databases.Create(Token);
        var things = Enumerable.Range(0, Things).Select(_ => Guid.CreateVersion7()).Order().ToList();
        await using var work = await database.Hub.Begin(Token);
        foreach (var thing in things.AsEnumerable().Reverse().Concat(things))
            await Append(work, "thing.done", new { thing });
        await Append(work, "thing.undone", new { thing = things[0] });
        await Append(work, "thing.done", new { other = things[0] });

        var trail = await AuditTrail.Open(work, "thing.done", "thing", Token);
        var taken = new List<TrailEntry>();
        foreach (var thing in things.Where((_, i) => i % 3 == 0).Append(things[^1]))
        {
            var entries = await trail.TakeThrough(thing, Token);
            Assert.All(entries, entry => Assert.True(entry.Reference?.CompareTo(thing) <= 0));
            Assert.Equal(thing, entries[^1].Reference);
            taken.AddRange(entries);
        }

        Assert.Equal(things.SelectMany(thing => new Guid?[] { thing, thing }), taken.Select(entry => entry.Reference));
        Assert.Equal(taken.OrderBy(entry => entry.Reference).ThenBy(entry => entry.Sequence), taken);
        Assert.Empty(await trail.TakeThrough(new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff"), Token));
        Assert.Null((await trail.Next(Token))?.Reference);
        Assert.Equal((2 * Things) + 2, (await trail.Next(Token))?.Sequence);
    }

    [Fact]
    public async Task A_trail_without_entries_ends_at_once()
    {
        await using var database = await databases.Create(Token);
        await using var work = await database.Hub.Begin(Token);

        var trail = await AuditTrail.Open(work, "thing.done", "thing", Token);

        Assert.Empty(await trail.TakeThrough(Guid.CreateVersion7(), Token));
        Assert.Null(await trail.Next(Token));
    }

    private static Task Append(HubTransaction work, string action, object detail) =>
        AuditLog.Append(work, new AuditFact("hub", action, "thing", detail), TimeProvider.System, Token);
}
