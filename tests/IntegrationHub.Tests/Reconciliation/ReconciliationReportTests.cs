using System.Text.Json;
using IntegrationHub.Reconciliation;

namespace IntegrationHub.Tests.Reconciliation;

public sealed class ReconciliationReportTests
{
    private static readonly Difference Missing = new("record", "missing_here", "charity", "A-1", null);
    private static readonly Difference Held = new("transport", "file_held", "provincial", "F-1", "file.torn");
    private static readonly Difference Late = new("record", "missing_there", "provincial", "A-2", "not_reported_yet");

    [Fact]
    public void Its_json_is_what_the_command_line_promises()
    {
        using var json = JsonSerializer.SerializeToDocument(Report(Missing, Late), JsonSerializerOptions.Web);
        var root = json.RootElement;

        Assert.Equal(
            [
                "reconciliationId", "since", "until", "offers", "accepted", "declined", "released", "refused", "aidRecords",
                "differences", "unexplained",
            ],
            root.EnumerateObject().Select(member => member.Name));
        Assert.Equal(1, root.GetProperty("unexplained").GetInt32());
        Assert.Equal(
            """{"level":"record","class":"missing_here","source":"charity","key":"A-1","explained":null}""",
            root.GetProperty("differences")[0].GetRawText());
    }

    [Fact]
    public void Its_order_and_digest_do_not_depend_on_the_order_of_finding()
    {
        Assert.Equal([Missing, Late, Held], ReconciliationReport.InOrder([Held, Late, Missing]));
        Assert.Equal(Report(Missing, Late, Held).Digest(), Report(Held, Missing, Late).Digest());
    }

    [Fact]
    public void Another_count_or_difference_is_another_digest()
    {
        var report = Report(Missing);

        Assert.NotEqual(report.Digest(), Report(Missing with { Explained = "in_failures" }).Digest());
        Assert.NotEqual(report.Digest(), (report with { Counts = report.Counts with { Refused = 9 } }).Digest());
    }

    [Fact]
    public void Of_two_differences_of_one_name_the_one_without_a_reason_stays() =>
        Assert.Equal(
            [Held with { Explained = null }],
            ReconciliationReport.InOrder([Held, Held with { Explained = null }, Held with { Explained = "file.rows" }]));

    private static ReconciliationReport Report(params Difference[] differences) => new()
    {
        ReconciliationId = new Guid("00000000-0000-0000-0000-000000000001"),
        Since = DateTimeOffset.UnixEpoch,
        Until = Books.Morning,
        Counts = new NightCounts { Offers = 6, Accepted = 5, Declined = 1, Released = 4, Refused = 1, AidRecords = 3 },
        Differences = ReconciliationReport.InOrder(differences),
    };
}
