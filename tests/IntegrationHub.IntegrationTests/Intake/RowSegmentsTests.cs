using System.Globalization;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Protection;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>The memory of a stream, against a dictionary that is told the same.</summary>
public sealed class RowSegmentsTests(HubDatabases databases)
{
    private static readonly Keyring Keys = new(Enumerable.Repeat((byte)7, 32).ToArray());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_remembered_and_a_later_word_stands()
    {
        await using var database = await databases.Create(Token);
        var stream = await StreamOf(database);

        await Write(database, stream, file: 1, [new RowEntry(1, 11, 0), new RowEntry(2, 22, 0)]);
        await Write(database, stream, file: 2, [new RowEntry(2, 23, 0), new RowEntry(3, 33, 1)]);
        var states = await Load(database, stream, file: 2);

        Assert.Equal([new RowEntry(1, 11, 0), new RowEntry(2, 23, 0), new RowEntry(3, 33, 1)], states.All().OrderBy(row => row.Key));
        Assert.Equal(RowChange.Unchanged, states.See(1, 11, out _));
        Assert.Equal(RowChange.AlreadyLanded, states.See(2, 23, out _));
    }

    [Fact]
    public async Task A_streams_memory_is_its_own()
    {
        await using var database = await databases.Create(Token);
        var one = await StreamOf(database);
        var other = await StreamOf(database, area: "410424");

        await Write(database, one, file: 1, [new RowEntry(1, 11, 0)]);

        Assert.Empty((await Load(database, other, file: 2)).All());
    }

    [Fact]
    public async Task Nothing_at_rest_can_be_read_without_the_key()
    {
        await using var database = await databases.Create(Token);
        var stream = await StreamOf(database);

        await Write(database, stream, file: 1, [new RowEntry(0x4141_4141_4141_4141, 0x4242_4242_4242_4242, 0)]);

        var body = await database.Ask("select encode(body, 'hex') from intake.row_segment");
        Assert.DoesNotContain("4141414141414141", body, StringComparison.Ordinal);
        Assert.DoesNotContain("4242424242424242", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nights_of_changes_end_as_a_dictionary_would_and_the_segments_stay_few()
    {
        await using var database = await databases.Create(Token);
        var stream = await StreamOf(database);
        var expected = new Dictionary<int, RowEntry>();
        var random = new Random(2);

        for (var night = 1; night <= 12; night++)
        {
            var learned = Enumerable.Range(0, 6_000)
                .Select(_ => new RowEntry((UInt128)random.Next(8_000), (UInt128)random.Next(), random.Next(4) is 3 ? RowEntry.Gone : 1))
                .DistinctBy(entry => entry.Key)
                .ToList();
            foreach (var entry in learned)
                expected[(int)entry.Key] = entry;
            await Finish(database, stream, night, learned);
        }

        var standing = expected.Values.Where(entry => entry.Missing != RowEntry.Gone).OrderBy(entry => entry.Key);
        Assert.Equal(standing, (await Load(database, stream, file: 99)).All().OrderBy(entry => entry.Key));
        var written = int.Parse(await database.Ask("select sum(entries) from intake.row_segment"), CultureInfo.InvariantCulture);
        Assert.InRange(written, 1, 35_000); // some 50,000 were told
    }

    private static async Task<int> StreamOf(OwnDatabase database, string area = "410423")
    {
        await using var work = await database.Hub.Begin(Token);
        var stream = await FileStore.Stream(work, "provincial", "CY", area, Token);
        await work.Commit(Token);
        return stream.StreamId;
    }

    private static async Task Write(OwnDatabase database, int stream, int file, IReadOnlyCollection<RowEntry> entries)
    {
        await using var work = await database.Hub.Begin(Token);
        await RowSegments.Add(work, Keys, stream, file, entries, Token);
        await work.Commit(Token);
    }

    private static async Task Finish(OwnDatabase database, int stream, int file, IReadOnlyCollection<RowEntry> learned)
    {
        await using var work = await database.Hub.Begin(Token);
        var states = await RowSegments.Load(work, Keys, stream, file, rowsToCome: 0, Token);
        await RowSegments.Finish(work, Keys, stream, file, states, learned, Token);
        await work.Commit(Token);
    }

    private static async Task<RowStates> Load(OwnDatabase database, int stream, int file)
    {
        await using var work = await database.Hub.Begin(Token);
        return await RowSegments.Load(work, Keys, stream, file, rowsToCome: 0, Token);
    }
}
