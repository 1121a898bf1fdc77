using System.Text;
using System.Text.Json;

namespace IntegrationHub.Disclosure;

/// <summary>
/// The plain text of a release file: a row for each release with its items, and a row for each recall that says what to
/// delete. UTF-8 with a byte order mark, because it is opened with spreadsheets; a cell that a spreadsheet would take for
/// a formula gets an apostrophe in front.
/// </summary>
internal static class ReleaseCsv
{
    private const string Members = "household_members";

    private static readonly string[] Columns =
        ["action", "referral_id", "release_id", "released_at", "delete_items", "delete_by", .. DataItems.All, Members];

    public static byte[] Write(IEnumerable<byte[]> bodies, IEnumerable<RecallRow> recalls)
    {
        using var buffer = new MemoryStream();
        buffer.Write(Encoding.UTF8.Preamble);
        WriteRow(buffer, Columns);
        foreach (var body in bodies)
            WriteRow(buffer, CellsOf(body));
        foreach (var recall in recalls)
            WriteRow(buffer, CellsOf(recall));
        var bytes = buffer.ToArray();
        Array.Clear(buffer.GetBuffer());
        return bytes;
    }

    /// <summary>A cell that no spreadsheet takes for a formula, quoted where it must be.</summary>
    internal static string Cell(string value)
    {
        var guarded = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{value}" : value;
        return guarded.AsSpan().IndexOfAny("\",\r\n'") >= 0 ? $"\"{guarded.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : guarded;
    }

    private static IEnumerable<string> CellsOf(byte[] body)
    {
        using var release = JsonDocument.Parse(body);
        var root = release.RootElement;
        var items = root.GetProperty("items");
        return
        [
            "RELEASE", Text(root, "referralId"), Text(root, "releaseId"), Text(root, "releasedAt"), "", "",
            .. DataItems.All.Select(item => Text(items, item)),
            root.TryGetProperty("household", out var household) ? household.GetRawText() : "",
        ];
    }

    private static IEnumerable<string> CellsOf(RecallRow recall) =>
    [
        "DELETE", $"{recall.ReferralId}", $"{recall.ReleaseId}", "", string.Join(';', recall.Items),
        recall.Deadline.UtcDateTime.ToString("O"), .. DataItems.All.Select(_ => ""), "",
    ];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static void WriteRow(MemoryStream buffer, IEnumerable<string> cells) =>
        buffer.Write(Encoding.UTF8.GetBytes($"{string.Join(',', cells.Select(Cell))}\r\n"));
}
