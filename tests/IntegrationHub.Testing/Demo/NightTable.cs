using System.Globalization;
using System.Text;

namespace IntegrationHub.Testing.Demo;

/// <summary>A night for people: plain text that lines up on a terminal, where 汉字 take two columns each.</summary>
internal static class NightTable
{
    private static readonly string[] s_heads =
        ["文件 file", "行数 rows", "未变 unchanged", "已用 applied", "隔离 quarantined", "扣留 held", "解析 parsed", "相符 adds up"];

    public static string Print(NightReport night)
    {
        var rows = night.Files.Select(Cells).ToList();
        var sum = Sum(night);
        string[][] all = [s_heads, .. rows, sum];
        int[] widths = [.. s_heads.Select((_, column) => all.Max(row => Width(row[column])))];
        var text = new StringBuilder();
        text.Append(Invariant($"第 {night.Night} 夜 night {night.Night} · {night.Date:yyyy-MM-dd} · "))
            .AppendLine(Invariant($"{night.Seconds:0.0} s"));
        Append(text, s_heads, widths);
        text.AppendLine(string.Join("  ", widths.Select(width => new string('-', width))));
        foreach (var row in rows)
            Append(text, row, widths);
        text.AppendLine(string.Join("  ", widths.Select(width => new string('-', width))));
        Append(text, sum, widths);
        AppendReferrals(text, night);
        return text.ToString();
    }

    /// <summary>Columns a text takes on a terminal.</summary>
    internal static int Width(string text) => text.EnumerateRunes().Sum(rune => IsWide(rune.Value) ? 2 : 1);

    private static bool IsWide(int rune) => rune is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE4F)
        or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x20000 and <= 0x3FFFD);

    private static string[] Cells(FileReport file) =>
    [
        file.Name, Number(file.Rows), Number(file.Unchanged), Number(file.Applied), Number(file.Quarantined),
        Number(file.Held), Number(file.Parsed), $"{(file.AddsUp() ? "✓" : "✗")} {file.Code}",
    ];

    private static string[] Sum(NightReport night) => Cells(new FileReport
    {
        Name = "合计 total",
        Rows = night.Files.Sum(file => file.Rows),
        Unchanged = night.Files.Sum(file => file.Unchanged),
        Applied = night.Files.Sum(file => file.Applied),
        Quarantined = night.Files.Sum(file => file.Quarantined),
        Held = night.Files.Sum(file => file.Held),
        Parsed = night.Files.Sum(file => file.Parsed),
    });

    private static void AppendReferrals(StringBuilder text, NightReport night)
    {
        text.AppendLine();
        text.AppendLine(Invariant($"转介 referrals   发出 offers {night.Offers:N0} → 接受 accepted {night.Accepted:N0} ")
            + Invariant($"(谢绝 declined {night.Declined:N0}) → 披露 released {night.Released:N0} ")
            + Invariant($"(拒绝 refused {night.Refused:N0}) → 帮扶 aid records {night.AidRecords:N0}"));
        text.AppendLine(Invariant($"差异 differences 未解释 unexplained {night.Differences:N0}")
            + string.Concat(night.Explained.Select(why => Invariant($" · {why.Reason} {why.Count:N0}"))));
        text.AppendLine(Invariant($"失败 failures    {night.Failures:N0}"));
        text.AppendLine($"审计 audit       hub verify: {night.Verify}");
    }

    private static void Append(StringBuilder text, string[] cells, int[] widths)
    {
        var padded = cells.Select((cell, column) => IsText(column)
            ? cell + Blank(cell, widths[column])
            : Blank(cell, widths[column]) + cell);
        text.AppendLine(string.Join("  ", padded).TrimEnd());
    }

    private static bool IsText(int column) => column == 0 || column == s_heads.Length - 1;

    private static string Blank(string cell, int width) => new(' ', width - Width(cell));

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
