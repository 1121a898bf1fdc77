using IntegrationHub.Reconciliation;

namespace IntegrationHub.Tests.Reconciliation;

public sealed class TransportCheckTests
{
    private const string Name = "DSR_HZ_410423_20260302_F_0001.csv";

    [Theory]
    [InlineData("DONE", null, 10, 10, null, null)]
    [InlineData("DONE", "file.sequence", 10, 10, null, null)]
    [InlineData("DONE", null, 10, 9, "count", null)]
    [InlineData("DONE", null, 10, 11, "count", null)]
    [InlineData("LANDING", null, 10, 10, "count", null)]
    [InlineData("HELD", "file.torn", 10, 10, "file_held", "file.torn")]
    [InlineData("HELD", "file.no_manifest", 10, 10, "file_held", "file.no_manifest")]
    [InlineData("IGNORED", "file.duplicate", 10, 10, "file_ignored", "file.duplicate")]
    public void A_file_is_a_difference_when_it_was_not_taken_or_does_not_add_up(
        string state, string? code, long rows, long accounted, string? kind, string? explained) =>
        Assert.Equal(
            kind is null ? [] : [new Difference("transport", kind, "provincial", Name, explained)],
            TransportCheck.OfFiles([new FileLine("provincial", Name, state, code, rows, accounted)]));

    [Fact]
    public void A_held_file_that_does_not_add_up_is_both() =>
        Assert.Equal(
            [("file_held", "file.torn"), ("count", null)],
            TransportCheck.OfFiles([new FileLine("provincial", Name, "HELD", "file.torn", 10, 0)])
                .Select(one => (one.Class, one.Explained)));

    [Fact]
    public void What_waits_is_explained_while_it_is_young_or_stands_in_failures_and_not_after() =>
        Assert.Equal(
            [
                new Difference("transport", "waiting", "hub", "chunks=3:in_flight", "in_flight"),
                new Difference("transport", "waiting", "hub", "chunks=2:in_failures", "in_failures"),
                new Difference("transport", "waiting", "hub", "chunks=3", null),
            ],
            TransportCheck.OfQueues([new QueueLine("chunks", 3, 2, 3), new QueueLine("deliveries", 0, 0, 0)]));

    [Fact]
    public void A_delivery_that_was_given_up_waits_for_a_person()
    {
        Assert.Empty(TransportCheck.OfParked(0));
        Assert.Equal(
            [new Difference("transport", "parked", "hub", "deliveries=2", null)], TransportCheck.OfParked(2));
    }
}
