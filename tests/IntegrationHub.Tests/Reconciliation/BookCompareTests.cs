using CsCheck;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Reconciliation;
using static IntegrationHub.Tests.Reconciliation.Books;

namespace IntegrationHub.Tests.Reconciliation;

public sealed class BookCompareTests
{
    [Fact]
    public void Books_that_agree_have_no_difference()
    {
        AidBookLine[] hub = [Line("1"), Line("2", null), Line("3", 0.01m, Other)];

        Assert.Empty(Differences(hub, Giver(hub)));
        Assert.Empty(Differences(hub, Informed(hub)));
    }

    [Fact]
    public void What_only_the_giver_has_is_missing_here_and_so_is_its_money()
    {
        var unknown = Line("2", 250m);

        Assert.Equal(
            [Record("missing_here", "charity", unknown, null), Money("charity", "total", null)],
            Differences([Line("1")], Giver(Line("1"), unknown)));
    }

    [Fact]
    public void What_the_giver_does_not_have_is_missing_there_and_nothing_explains_it()
    {
        var invented = Line("2", 250m);

        Assert.Equal(
            [Record("missing_there", "charity", invented, null), Money("charity", One, null)],
            Differences([Line("1"), invented], Giver(Line("1"))));
    }

    [Fact]
    public void What_came_while_the_givers_book_was_read_is_in_flight()
    {
        var late = Line("2", 250m) with { RecordedAt = Morning };

        Assert.Equal(
            [Record("missing_there", "charity", late, "in_flight"), Money("charity", $"{One}:in_flight", "in_flight")],
            Differences([Line("1"), late], Giver(Line("1"))));
    }

    [Fact]
    public void Other_fields_are_a_difference_and_so_is_the_money_they_change()
    {
        var theirs = Line("1", 90m);

        Assert.Equal(
            [Record("different", "charity", theirs, null), Money("charity", "total", null)],
            Differences([Line("1", 100m)], Giver(theirs)));
    }

    [Fact]
    public void Other_fields_with_the_same_money_are_a_difference_of_records_only()
    {
        var line = Line("1");

        Assert.Equal(
            [Record("different", "charity", line, null)],
            Differences([line with { FieldHash = "of another status" }], Giver(line)));
    }

    [Theory]
    [InlineData(true, null, "not_reported_yet")]
    [InlineData(true, -1, null)]
    [InlineData(true, 0, "in_flight")]
    [InlineData(true, 1, "in_flight")]
    [InlineData(false, null, "no_referral")]
    [InlineData(false, -1, "no_referral")]
    public void What_the_informed_partner_lacks_is_explained_only_by_what_it_was_not_told(
        bool hasReferral, int? reportedSecondsAfterReading, string? reason)
    {
        var line = Line("1") with { HasReferral = hasReferral, ReportedAt = Reported(reportedSecondsAfterReading) };

        Assert.Equal(Record("missing_there", "provincial", line, reason), Differences([line], Informed())[0]);
    }

    [Theory]
    [InlineData(true, null, "not_reported_yet")]
    [InlineData(true, -1, null)]
    [InlineData(true, 0, "in_flight")]
    [InlineData(false, -1, null)]
    public void What_the_informed_partner_has_otherwise_is_explained_only_by_a_version_it_was_not_told(
        bool hasReferral, int? reportedSecondsAfterReading, string? reason)
    {
        var line = Line("1") with { HasReferral = hasReferral, ReportedAt = Reported(reportedSecondsAfterReading) };

        Assert.Equal(
            Record("different", "provincial", line, reason),
            Assert.Single(Differences([line with { FieldHash = "of a newer version" }], Informed(line))));
    }

    [Fact]
    public void What_only_the_informed_partner_has_is_never_explained()
    {
        var invented = Line("2");
        var records = BookCompare.Records([Line("1")], Informed(Line("1"), invented));

        Assert.Equal([Record("missing_here", "provincial", invented, null)], records);
        Assert.Empty(BookCompare.MayStandInFailures(records, Informed()));
    }

    [Fact]
    public void What_stands_in_failures_is_explained_with_its_money()
    {
        var lost = Line("2", 250m);
        var book = Giver(Line("1"), lost);

        var records = BookCompare.Records([Line("1")], book);
        Assert.Equal([lost.AidId], BookCompare.MayStandInFailures(records, book));
        var explained = BookCompare.InFailures(records, new HashSet<string> { lost.AidId });

        Assert.Equal([Record("missing_here", "charity", lost, "in_failures")], explained);
        Assert.Equal([Money("charity", "total", "in_failures")], BookCompare.Payments([Line("1")], book, explained));
    }

    [Fact]
    public void A_failure_explains_only_its_own_aid()
    {
        var (lost, vanished) = (Line("2"), Line("3"));
        var book = Giver(lost, vanished);

        var records = BookCompare.InFailures(BookCompare.Records([], book), new HashSet<string> { lost.AidId });

        Assert.Equal("in_failures", records.Single(one => one.Key == lost.AidId).Explained);
        Assert.Null(records.Single(one => one.Key == vanished.AidId).Explained);
        Assert.Equal([Money("charity", "total", null)], BookCompare.Payments([], book, records));
    }

    [Fact]
    public void A_line_missing_at_the_giver_is_not_looked_for_in_failures()
    {
        var book = Giver();

        Assert.Empty(BookCompare.MayStandInFailures(BookCompare.Records([Line("1")], book), book));
    }

    [Fact]
    public void Missing_money_is_told_by_organisation_and_reason()
    {
        AidBookLine[] hub =
        [
            Line("1", 100m) with { ReportedAt = null }, Line("2", 10m) with { ReportedAt = null },
            Line("3", 7m) with { HasReferral = false }, Line("4", 5m, Other) with { ReportedAt = null },
            Line("5", null, Other) with { HasReferral = false }, Line("6", 1000m),
        ];

        var money = Differences(hub, Informed(hub[^1])).Where(one => one.Level == DifferenceLevel.Payment);

        Assert.Equivalent(
            new[]
            {
                Money("provincial", $"{One}:not_reported_yet", "not_reported_yet"),
                Money("provincial", $"{One}:no_referral", "no_referral"),
                Money("provincial", $"{Other}:not_reported_yet", "not_reported_yet"),
            },
            money, strict: true);
    }

    [Fact]
    public void A_stated_sum_that_its_own_lines_do_not_give_is_unexplained()
    {
        AidBookLine[] hub = [Line("1"), Line("2") with { ReportedAt = null }];
        var book = Informed(hub[0]);

        var differences = Differences(hub, book with { Totals = new BookTotals(1, 100.01m) });

        Assert.Contains(Money("provincial", "total", null), differences);
    }

    [Fact]
    public void A_stated_count_that_its_own_list_does_not_have_is_unexplained()
    {
        AidBookLine[] hub = [Line("1", null)];

        Assert.Equal(
            [new Difference("transport", "count", "provincial", "total", null)],
            Differences(hub, Informed(hub) with { Totals = new BookTotals(2, 0) }));
    }

    [Fact]
    public void A_partner_that_states_no_totals_is_compared_by_record_only() =>
        Assert.Equal(
            [Record("missing_there", "charity", Line("1"), null)],
            Differences([Line("1")], Giver() with { Totals = null }));

    [Fact]
    public void Every_line_either_side_has_alone_or_otherwise_is_found_once() =>
        Gen.Select(Gen.Int[0, 3].Array[0, 30], Gen.Bool).Sample((lines, isGiver) =>
        {
            var hub = lines.Select((fate, i) => (Fate: fate, Line: Line($"{i}"))).Where(one => one.Fate != 1).ToList();
            AidBookLine[] theirs =
            [
                .. lines.Select((fate, i) => (Fate: fate, Line: Line($"{i}"))).Where(one => one.Fate != 2)
                    .Select(one => one.Fate == 3 ? one.Line with { FieldHash = "otherwise" } : one.Line),
            ];

            var records = BookCompare.Records(
                [.. hub.Select(one => one.Line)], isGiver ? Giver(theirs) : Informed(theirs));

            string[] classes = ["", "missing_here", "missing_there", "different"];
            var expected = lines.Select((fate, i) => (Class: classes[fate], Key: Line($"{i}").AidId))
                .Where(one => one.Class.Length > 0);
            Assert.Equal(
                expected.OrderBy(one => one.Key, StringComparer.Ordinal),
                records.Select(one => (one.Class, one.Key)).OrderBy(one => one.Key, StringComparer.Ordinal));
        });

    private static IReadOnlyList<Difference> Differences(AidBookLine[] hub, BookReading partner)
    {
        var records = BookCompare.Records(hub, partner);
        return [.. records, .. BookCompare.Payments(hub, partner, records)];
    }

    private static DateTimeOffset? Reported(int? secondsAfterReading) =>
        secondsAfterReading is { } seconds ? Morning.AddSeconds(seconds) : null;
}
