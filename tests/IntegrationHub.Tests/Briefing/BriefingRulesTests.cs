using System.IO.Compression;
using System.Text;
using CsCheck;
using IntegrationHub.Briefing;

namespace IntegrationHub.Tests.Briefing;

public sealed class BriefingRulesTests
{
    private const int K = 5;
    private static readonly string[] s_counties = ["410421", "410422", "410423", "410425"];
    private static readonly string[] s_kinds = ["ZJ", "ZX", "ZY"];
    private static readonly string[] s_organisations = ["A", "B", "C"];

    [Fact]
    public void R18_a_count_of_three_is_withheld_and_cannot_be_computed_from_the_sum()
    {
        var (tables, _) = BriefingRules.Count([.. Many(20, "410421"), .. Many(3, "410422"), .. Many(9, "410423")], K);

        var county = tables.Single(table => table.By == "county");
        Assert.Null(county.Rows.Single(row => row.Code == "410422").Total);
        Assert.Null(county.Rows.Single(row => row.Code == "410423").Total); // else 32 - 20 - 9 = 3
        Assert.Equal((20, 32), (county.Rows.Single(row => row.Code == "410421").Total, county.Sum.Total));
        Assert.Contains(BriefingFiles.Withheld(K), Encoding.UTF8.GetString(BriefingFiles.Csv(Report(tables, []))), StringComparison.Ordinal);
    }

    [Fact]
    public void R30_ten_unmet_needs_of_a_kind_in_a_county_are_one_row()
    {
        var (_, unmet) = BriefingRules.Count([.. Many(10, "410423"), .. Many(30, "410423", kind: "ZX", outcome: BriefingOutcome.Aided)], K);

        Assert.Equal([new UnmetRow("410423", "ZY", 10)], unmet);
    }

    [Fact]
    public void R14_needs_are_counted_by_the_way_they_were_found()
    {
        var (tables, _) = BriefingRules.Count([.. Many(20, "410421"), .. Many(8, "410421").Select(need => need with { Channel = "ONLINE" })], K);

        Assert.Equal([("OFFLINE", 20L), ("ONLINE", 8L)], tables.Single(table => table.By == "channel").Rows.Select(row => (row.Code, row.Total!.Value))); // both are shown
    }

    [Fact]
    public void R18_no_count_and_no_difference_of_counts_tells_a_small_one() =>
        Needs().Sample(
            needs =>
            {
                var (tables, unmet) = BriefingRules.Count(needs, K);
                return Attack(tables, unmet) is null;
            },
            iter: 300);

    [Fact]
    public void The_attack_finds_what_withholding_only_small_counts_would_tell()
    {
        var shown = new BriefingTable(
            "county", [Row("a", 20), Row("b", null), Row("c", 9)], Row("", 32));

        Assert.NotNull(Attack([shown], []));

        static BriefingRow Row(string code, long? aided) => new(code, [0, 0, 0, aided, 0], aided, 0);
    }

    [Fact]
    public void R39_participation_is_what_the_offers_add_up_to()
    {
        var rows = BriefingRules.Participation(
            [new("A", "甲", 40, 20, 10, 10, 1_000), new("B", "乙", 12, 9, 3, 0, 500)], K);

        Assert.Equal((40L, 20L, 10L, 10L), (rows[0].Offers, rows[0].Accepted, rows[0].Declined, rows[0].Lapsed));
        Assert.Null(rows[1].Declined);
        Assert.True(rows[1].Offers is null || rows[1].Accepted is null);
    }

    [Fact]
    public void R21_a_source_is_late_after_its_hours_and_one_that_never_came_is_too()
    {
        var now = new DateTimeOffset(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
        var newest = new Dictionary<string, DateTimeOffset> { ["provincial"] = now.AddHours(-26), ["charity"] = now.AddHours(-26).AddSeconds(-1) };

        Assert.Equal(
            [("charity", true), ("never", true), ("provincial", false)],
            Freshness.Of(["provincial", "charity", "never"], newest, now, 26).Select(row => (row.Source, row.IsStale)));
    }

    [Fact]
    public void All_files_are_of_the_same_report_and_the_workbook_is_one()
    {
        var (tables, unmet) = BriefingRules.Count([.. Many(20, "410421")], K);
        var report = Report(tables, unmet);

        using var workbook = new ZipArchive(new MemoryStream(BriefingFiles.Xlsx(report)));
        Assert.Contains(workbook.Entries, entry => entry.FullName == "xl/worksheets/sheet1.xml");
        foreach (var entry in workbook.Entries)
        {
            using var content = entry.Open();
            System.Xml.Linq.XDocument.Load(content);
        }

        var page = Encoding.UTF8.GetString(BriefingFiles.Html(report));
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains(report.Digest(), page, StringComparison.Ordinal);
        Assert.Equal(BriefingFiles.Xlsx(report), BriefingFiles.Xlsx(report));
    }

    // Takes what is shown, subtracts until nothing more follows, and names a small count it came to. It knows what every
    // reader does: rows add up to their total, columns to their sum, and the unmet of a county to its open columns.
    private static string? Attack(IReadOnlyList<BriefingTable> tables, IReadOnlyList<UnmetRow> unmet)
    {
        foreach (var table in tables)
        {
            if (table.Rows.SelectMany(row => row.Counts.Append(row.Total)).Any(count => count is > 0 and < K))
                return "a small count is shown";
        }

        foreach (var table in tables)
        {
            var rows = table.Rows.Select(row => row.Counts.Append(row.Total).ToArray()).Append([.. table.Sum.Counts, table.Sum.Total]).ToArray();
            var width = rows[0].Length;
            for (var changed = true; changed;)
            {
                changed = false;
                foreach (var line in Lines(rows.Length, width))
                {
                    var hidden = line.Where(cell => rows[cell.Row][cell.Column] is null).ToList();
                    var rest = line.Where(cell => rows[cell.Row][cell.Column] is not null)
                        .Sum(cell => (cell == line[^1] ? 1 : -1) * rows[cell.Row][cell.Column]!.Value); // filtered
                    if (hidden.Count == 0)
                        continue;
                    if (hidden.Count == 1)
                    {
                        var value = hidden[0] == line[^1] ? -rest : rest;
                        if (value is > 0 and < K)
                            return $"{table.By} {hidden[0]} is {value}";
                        rows[hidden[0].Row][hidden[0].Column] = value;
                        changed = true;
                    }
                    else if (!hidden.Contains(line[^1]) && rest is > 0 and < K)
                    {
                        return $"{table.By}: {hidden.Count} withheld counts together are {rest}";
                    }
                }
            }
        }

        return unmet.Any(row => row.Count is > 0 and < K) ? "a small unmet count is shown" : AttackUnmet(tables, unmet);
    }

    private static string? AttackUnmet(IReadOnlyList<BriefingTable> tables, IReadOnlyList<UnmetRow> unmet)
    {
        foreach (var row in tables.SingleOrDefault(table => table.By == "county")?.Rows ?? [])
        {
            if (row.Counts[0] is not { } waiting || row.Counts[1] is not { } offered)
                continue;
            var rest = waiting + offered - unmet.Where(one => one.County == row.Code).Sum(one => one.Count ?? 0);
            if (rest is > 0 and < K)
                return $"unmet of {row.Code} lack {rest}";
        }

        return null;
    }

    private static IEnumerable<List<(int Row, int Column)>> Lines(int height, int width)
    {
        for (var row = 0; row < height; row++)
            yield return [.. Enumerable.Range(0, width).Select(column => (row, column))];
        for (var column = 0; column < width; column++)
            yield return [.. Enumerable.Range(0, height).Select(row => (row, column))];
    }

    private static BriefingReport Report(IReadOnlyList<BriefingTable> tables, IReadOnlyList<UnmetRow> unmet) => new()
    {
        From = new DateOnly(2026, 3, 1),
        To = new DateOnly(2026, 3, 31),
        MadeAt = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero),
        SmallCell = K,
        PolicyVersion = "2026-01",
        Tables = tables,
        Unmet = unmet,
    };

    private static IEnumerable<CountedNeed> Many(
        int count, string county, string kind = "ZY", string outcome = BriefingOutcome.Waiting) =>
        Enumerable.Repeat(new CountedNeed(county, "LI1", kind, "", "OFFLINE", outcome, 0), count);

    private static Gen<CountedNeed[]> Needs() =>
        (from county in Gen.Int[0, 3]
         from kind in Gen.Int[0, 2]
         from organisation in Gen.Int[0, 2]
         from outcome in Gen.Int[0, 4]
         from category in Gen.Int[0, 2]
         select new CountedNeed(
             s_counties[county * county / 3], $"LI{category}", s_kinds[kind], outcome == 0 ? "" : s_organisations[organisation], "OFFLINE",
             BriefingOutcome.All[outcome], 10))
        .Array[0, 160];
}
