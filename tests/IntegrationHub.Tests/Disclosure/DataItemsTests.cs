using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Disclosure;

public sealed class DataItemsTests
{
    private static readonly string[][] Contract =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "contracts", "codes", "data-items.csv"))
            .Skip(1)
            .Select(line => line.Split(',')),
    ];

    [Fact]
    public void The_items_are_those_of_the_contract() =>
        Assert.Equal(Contract.Select(row => row[0]).Order(), DataItems.All.Order());

    [Fact]
    public void P03_the_sensitive_items_are_those_of_the_contract() =>
        Assert.Equal(
            Contract.Where(row => row[^1] == "true").Select(row => row[0]).Order(), DataItems.Sensitive.Order());
}
