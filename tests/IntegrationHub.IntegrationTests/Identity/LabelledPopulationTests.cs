using IntegrationHub.Benchmarks.Identity;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Testing.Populations;

namespace IntegrationHub.IntegrationTests.Identity;

/// <summary>What is asked of the linkage, on small made-up populations; the benchmark asks it of large ones.</summary>
public sealed class LabelledPopulationTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3_000, 11, 1)]
    [InlineData(2_000, 12, 2)]
    public async Task No_two_people_are_linked_and_nearly_every_pair_is_found(int persons, int seed, double dirt)
    {
        var table = (await Run(LabelledPopulation.Of(persons, seed, new DirtRates().Times(dirt)), 1)).Table;

        Assert.True(table.LinkedFalse == 0, $"{table}");
        Assert.True(table.Recall >= 0.97, $"{table}");
        Assert.True(table.ReviewShare <= 0.02, $"{table}");
    }

    [Fact]
    public async Task The_order_and_the_portions_in_which_records_come_change_nobody()
    {
        var records = LabelledPopulation.Of(600, 13, new DirtRates().Times(4));

        var straight = await Run(records, 1);
        var shuffled = await Run([.. records.OrderBy(record => string.Join("", record.Record.Reverse()), StringComparer.Ordinal)], 3);

        Assert.Equal(PartitionOf(straight), PartitionOf(shuffled));
        Assert.Equal(0, shuffled.Table.LinkedFalse);
    }

    // Which records are together, whatever key they are together under.
    private static IEnumerable<string> PartitionOf(LabelledResult result) => result.Groups
        .GroupBy(record => record.Value, record => record.Key)
        .Select(group => string.Join(' ', group.Order(StringComparer.Ordinal)))
        .Order(StringComparer.Ordinal);

    private async Task<LabelledResult> Run(IReadOnlyList<LabelledRecord> records, int portions)
    {
        await using var database = await databases.Create(Token);
        return await new LabelledRun(database.Hub, Path.Combine(AppContext.BaseDirectory, "contracts")).Run(records, portions, Token);
    }
}
