using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IntegrationHub.Briefing;

/// <summary>A briefing as files people open: JSON, CSV, a page with charts, and a workbook, all of the same report.</summary>
public static class BriefingFiles
{
    /// <summary>What stands where a count is withheld; it does not say whether the count itself is small.</summary>
    public static string Withheld(int smallest) => $"<{smallest}*";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names of organisations, for people to read
    };

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["county"] = "县区",
        ["category"] = "对象类别",
        ["kind"] = "需求类别",
        ["organisation"] = "慈善组织",
        ["channel"] = "摸排渠道",
        [BriefingOutcome.Waiting] = "待转介",
        [BriefingOutcome.Offered] = "已转介待答复",
        [BriefingOutcome.Accepted] = "已承接",
        [BriefingOutcome.Aided] = "已帮扶",
        [BriefingOutcome.Ended] = "已终结",
    };

    public static byte[] Json(BriefingReport report) => JsonSerializer.SerializeToUtf8Bytes(report, s_json);

    /// <summary>Every sheet below the other, in UTF-8 with a mark so that Excel sees it.</summary>
    public static byte[] Csv(BriefingReport report)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var (name, rows) in Sheets(report))
        {
            text.Append(Cell(name)).Append("\r\n");
            foreach (var row in rows)
                text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
            text.Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Xlsx(BriefingReport report) => Workbook.Write(Sheets(report));

    /// <summary>One page that needs nothing else: tables, and a bar for each row of a table.</summary>
    public static byte[] Html(BriefingReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>衔接情况通报 {{report.From:yyyy-MM-dd}} 至 {{report.To:yyyy-MM-dd}}</title>
            <style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #bbb;padding:.2em .6em;text-align:right}
            td:first-child,th:first-child{text-align:left}caption{text-align:left;font-weight:bold}rect{fill:#39739d}</style></head><body>
            <h1>政府救助与慈善帮扶衔接情况通报</h1><p>{{report.From:yyyy-MM-dd}} 至 {{report.To:yyyy-MM-dd}} · 规则版本 {{report.PolicyVersion}} · 摘要 {{report.Digest()}}</p>
            <p>{{WebUtility.HtmlEncode(Withheld(report.SmallCell))}}：小于 {{report.SmallCell}}，或者为避免推算出小于 {{report.SmallCell}} 的数字而不显示。</p>
            """);
        foreach (var (name, rows) in Sheets(report))
        {
            page.Append(CultureInfo.InvariantCulture, $"<table><caption>{Html(name)}</caption>");
            foreach (var (row, i) in rows.Select((row, i) => (row, i)))
            {
                var tag = i == 0 ? "th" : "td";
                page.Append("<tr>").AppendJoin("", row.Select(cell => $"<{tag}>{Html(cell)}</{tag}>")).Append("</tr>");
            }

            page.Append("</table>");
        }

        foreach (var table in report.Tables)
            page.Append(Chart(table));
        return Encoding.UTF8.GetBytes(page.Append("</body></html>").ToString());
    }

    /// <summary>The report as named sheets of text.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string[]> Rows)> Sheets(BriefingReport report)
    {
        return
        [
            .. report.Tables.Select(table => ($"按{s_headings[table.By]}", (IReadOnlyList<string[]>)
            [
                [s_headings[table.By], .. report.Outcomes.Select(outcome => s_headings[outcome]), "合计", "慈善帮扶金额(元)"],
                .. table.Rows.Select(row => Line(row, row.Code.Length == 0 ? "无" : row.Code)),
                Line(table.Sum, "合计"),
            ])),
            ("未满足需求", [["县区", "需求类别", "件数"], .. report.Unmet.Select(row => new[] { row.County, row.Kind, Text(row.Count) })]),
            ("办理时长", [["环节", "件数", "中位数(小时)", "95分位(小时)"], .. report.Times.Select(time => new[] { time.Step, Text(time.Count), Hours(time.P50), Hours(time.P95) })]),
            ("参与情况",
            [
                ["组织", "名称", "收到", "承接", "婉拒", "逾期", "金额(元)"],
                .. report.Participation.Select(row => new[]
                {
                    row.Uscc, row.Name, Text(row.Offers), Text(row.Accepted), Text(row.Declined), Text(row.Lapsed), Money(row.Amount),
                }),
            ]),
            ("待处理事项", [["责任方", "事项", "1天内", "1至7天", ">7天"], .. report.Open.Select(row => new[] { row.Owner, row.What, $"{row.Day}", $"{row.Week}", $"{row.Older}" })]),
            ("数据时效", [["来源", "最新数据", "是否过期"], .. report.Freshness.Select(row => new[] { row.Source, $"{row.AsOf:u}", row.IsStale ? "是" : "否" })]),
        ];

        string[] Line(BriefingRow row, string name) => [name, .. row.Counts.Select(Text), Text(row.Total), Money(row.Amount)];

        string Text(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? Withheld(report.SmallCell);

        string Money(decimal? amount) => amount?.ToString("0.00", CultureInfo.InvariantCulture) ?? Withheld(report.SmallCell);
    }

    private static string Chart(BriefingTable table)
    {
        const int Width = 400;
        const int Height = 22;
        var most = Math.Max(1, table.Rows.Max(row => row.Total) ?? 1);
        var bars = table.Rows.Where(row => row.Total is > 0).Select((row, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"<text x=\"0\" y=\"{(i * Height) + 15}\" font-size=\"12\">{Html(row.Code.Length == 0 ? "无" : row.Code)}</text><rect x=\"170\" y=\"{(i * Height) + 3}\" width=\"{row.Total * Width / most}\" height=\"{Height - 6}\"/>"))
            .ToList();
        return $"<h2>{s_headings[table.By]}</h2><svg width=\"600\" height=\"{bars.Count * Height}\" role=\"img\">{string.Concat(bars)}</svg>";
    }

    private static string Hours(double? hours) => hours?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    // A cell that a spreadsheet would take for a formula gets an apostrophe (D9).
    private static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' && text != "-" ? $"'{text}" : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
