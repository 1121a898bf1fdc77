using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Testing.Populations;

namespace IntegrationHub.Tests.Identity;

public sealed class LabelledPopulationTests
{
    [Fact]
    public void The_same_seed_gives_the_same_records_and_a_file_gives_them_back()
    {
        var records = LabelledPopulation.Of(500, 7, new DirtRates());
        var file = Path.GetTempFileName();
        LabelledFile.Write(file, records);

        Assert.Equal(records, LabelledPopulation.Of(500, 7, new DirtRates()));
        Assert.Equal(records, LabelledFile.Read(file));
        Assert.NotEqual(records, LabelledPopulation.Of(500, 8, new DirtRates()));
        File.Delete(file);
    }

    [Fact]
    public void A_clean_population_has_right_numbers_of_the_unallocated_area_only()
    {
        var records = LabelledPopulation.Of(2_000, 7, new DirtRates().Times(0) with { InfantWithoutId = 0 });

        Assert.All(records, record => Assert.True(record.IdNo.StartsWith("410499", StringComparison.Ordinal) && ResidentId.TryParse(record.IdNo, out _)));
        Assert.All(records.GroupBy(record => record.Person), same => Assert.Single(same.Select(record => (record.IdNo, record.Name)).Distinct()));
        Assert.Equal(2_000, records.Select(record => record.IdNo).Distinct().Count());
    }

    [Fact]
    public void A_confusion_table_counts_pairs_of_records()
    {
        Guid[] groups = [Group(1), Group(2), Group(3), Group(4)];
        LinkedRecord[] records =
        [
            new(Record("P1"), groups[0]), new(Record("P1"), groups[0]), new(Record("P1"), groups[1]),
            new(Record("P2"), groups[1]), new(Record("P3"), groups[2]), new(Record("P3"), groups[3]),
        ];

        var table = ConfusionTable.Of(records, [(groups[0], groups[1], "MISSING_ID"), (groups[0], groups[2], "MISSING_ID")]);

        Assert.Equal((4, 1, 1, 2), (table.TruePairs, table.LinkedTrue, table.LinkedFalse, table.ReviewTrue));
        Assert.Equal((1, 2, 1), (table.Missed, table.Reviews, table.ReviewsOfOnePerson));
    }

    private static Guid Group(int number) => new(number, 0, 0, new byte[8]);

    private static LabelledRecord Record(string person) => new("R", person, "", "", "", "", "", "", "");
}
