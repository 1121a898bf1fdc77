using System.Text;

namespace IntegrationHub.Intake;

/// <summary>What a look at a file found: its shape, or why it has none.</summary>
internal abstract record ShapeVerdict
{
    private ShapeVerdict()
    {
    }

    public sealed record Fits(FileShape Shape) : ShapeVerdict;

    /// <summary>The file cannot be read by any of its layouts.</summary>
    /// <param name="Code"><c>file.encoding</c> or <c>file.header</c>.</param>
    /// <param name="Detail">Names of the layout's columns that are missing or doubled, in Chinese; nothing from the file.</param>
    /// <param name="Closest">What comes nearest, to explain it.</param>
    public sealed record Unfit(string Code, string? Detail, FileShape? Closest) : ShapeVerdict;
}

/// <summary>
/// Finds out what a file is from its bytes: byte order mark, then strict UTF-8, then strict GB18030, and the header's
/// names decide. A declared encoding or separator is only the first one tried: UTF-8 reads as GB18030 without an error (D1).
/// </summary>
internal static class ShapeFinder
{
    private const int HeadSize = 256 * 1024;
    private const int HeaderBytes = 64 * 1024;
    private const int MostTitles = 3;

    /// <summary>
    /// Looks at a file's original bytes from the beginning, as far as it takes, by the layouts it may have, the likeliest first.
    /// </summary>
    public static ShapeVerdict Find(Stream content, RowFormat format, IReadOnlyList<SnapshotLayout> layouts)
    {
        if (format == RowFormat.JsonLines)
            return new ShapeVerdict.Fits(FileShape.OfJson(layouts[0]));
        var (head, evidence) = ReadHead(content);
        if (head.Length == 0)
            return new ShapeVerdict.Unfit("file.header", "文件为空，没有表头", null);
        FileShape? closest = null;
        var readable = false;
        foreach (var text in Candidates(head, evidence, layouts[0]))
        {
            readable |= TextForms.IsStrictly(text, CutAtLine(head, text));
            var start = text.Lenient.GetString(head.AsSpan(0, Math.Min(head.Length, HeaderBytes))).TrimStart('\ufeff');
            foreach (var shape in layouts.SelectMany(layout => Shapes(start, text, layout)))
            {
                if (closest is null || IsCloser(shape, closest))
                    closest = shape;
            }

            // The first encoding whose header fits: a later one could only read the same bytes as other letters.
            if (closest is { Header.Fits: true })
                return new ShapeVerdict.Fits(closest with { Notices = Notices(closest, evidence) });
        }

        return closest is null || (closest.Header.Found == 0 && !readable)
            ? new ShapeVerdict.Unfit("file.encoding", null, null)
            : new ShapeVerdict.Unfit("file.header", DetailOf(closest.Header), closest);
    }

    // The order of trust. Bytes that are valid UTF-8 beyond ASCII are hardly ever anything else, unless they hold only
    // two-byte letters: those are no Chinese in UTF-8, and plain GB18030 pairs can look like them.
    private static IEnumerable<TextForm> Candidates(byte[] head, byte[] evidence, SnapshotLayout layout)
    {
        var declared = TextForms.Find(layout.Encoding);
        var order = new List<TextForm>();
        if (TextForms.ByMark(head) is { } marked)
            order.Add(marked);
        if (LooksLikeUtf16(head) is { } wide)
            order.Add(wide);
        var isAscii = System.Text.Ascii.IsValid(evidence);
        if (isAscii && declared is not null)
            order.Add(declared);
        var utf8 = TextForms.IsStrictly(TextForms.Utf8, CutAtLine(evidence, TextForms.Utf8));
        var gb = TextForms.IsStrictly(TextForms.Gb18030, CutAtLine(evidence, TextForms.Gb18030));
        if (gb && (!utf8 || (!isAscii && !HasThreeByteLetter(evidence))))
            order.Add(TextForms.Gb18030);
        if (utf8)
            order.Add(TextForms.Utf8);
        if (!utf8 && !gb && MostLinesAre(TextForms.Utf8, evidence))
            order.Add(TextForms.Utf8);
        return order.Concat([TextForms.Gb18030, TextForms.Utf8, TextForms.Utf16Le, TextForms.Utf16Be]).Distinct();
    }

    private static IEnumerable<FileShape> Shapes(string start, TextForm text, SnapshotLayout layout)
    {
        foreach (var separator in Separators.ToTry(layout.Separator))
        {
            var rows = FirstRows(start, separator, MostTitles + 2);
            for (var title = 0; title < Math.Min(rows.Count, layout.HeaderRows is null ? MostTitles : 1); title++)
            {
                if (rows[title].Any(cell => cell.Contains('\ufffd', StringComparison.Ordinal)))
                    continue;
                var headers = HeaderRowsAt(rows, title, layout);
                yield return new FileShape
                {
                    Layout = layout,
                    Format = RowFormat.Csv,
                    Text = text,
                    Separator = separator,
                    RowsBefore = title + headers.Count,
                    Header = HeaderMatch.Of(layout, headers),
                };
            }
        }
    }

    // A second row of names, in the other language, names columns too; a row of data names none.
    private static List<string[]> HeaderRowsAt(List<string[]> rows, int at, SnapshotLayout layout)
    {
        if (layout.HeaderRows is { } told)
            return [.. rows.Skip(at).Take(told)];
        var first = HeaderMatch.Of(layout, [rows[at]]).Found;
        var second = at + 1 < rows.Count ? HeaderMatch.Of(layout, [rows[at + 1]]).Found : 0;
        return second >= Math.Max(2, layout.Columns.Count / 3) && first > 0 ? [rows[at], rows[at + 1]] : [rows[at]];
    }

    private static bool IsCloser(FileShape shape, FileShape than) =>
        shape.Header.Fits != than.Header.Fits ? shape.Header.Fits : shape.Header.Found > than.Header.Found;

    private static List<string> Notices(FileShape shape, byte[] evidence)
    {
        var notices = new List<string>();
        if (TextForms.Find(shape.Layout.Encoding) is { } declared && declared != shape.Text && !System.Text.Ascii.IsValid(evidence))
            notices.Add("file.encoding_differs");
        if (Separators.Declared(shape.Layout.Separator) is { } separator && separator != shape.Separator && shape.Header.Named > 1)
            notices.Add("file.separator_differs");
        if (shape.Header.Unknown.Count > 0)
            notices.Add("file.new_columns");
        return notices;
    }

    private static string? DetailOf(HeaderMatch header)
    {
        var parts = new List<string>();
        if (header.Missing.Count > 0)
            parts.Add($"缺少列：{string.Join('、', header.Missing)}");
        if (header.Twice.Count > 0)
            parts.Add($"重复列：{string.Join('、', header.Twice)}");
        return parts.Count == 0 ? null : string.Join('；', parts);
    }

    private static List<string[]> FirstRows(string start, char separator, int count)
    {
        if (separator >= 0x80)
            start = start.Replace(separator, Separators.StandIn);
        var cutAt = separator < 0x80 ? (byte)separator : (byte)Separators.StandIn;
        var splitter = new RowSplitter(new MemoryStream(Encoding.UTF8.GetBytes(start)), cutAt, RowSplitter.LongestRow * 2);
        var cutter = new CellCutter(cutAt);
        var rows = new List<string[]>(count);
        while (rows.Count < count && splitter.Fill())
        {
            while (rows.Count < count && splitter.TryNext(out var row))
            {
                cutter.Cut(row);
                rows.Add(cutter.Texts(row));
            }
        }

        return rows;
    }

    // The first bytes, and the first block that says anything about the encoding: a file may begin with ASCII for long.
    private static (byte[] Head, byte[] Evidence) ReadHead(Stream content)
    {
        var head = new byte[HeadSize];
        var read = content.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false);
        head = head[..read];
        if (read < HeadSize || !System.Text.Ascii.IsValid(head))
            return (head, head);
        var block = new byte[HeadSize];
        int length;
        while ((length = content.ReadAtLeast(block, HeadSize, throwOnEndOfStream: false)) > 0)
        {
            var first = block.AsSpan(0, length).IndexOfAnyInRange((byte)0x80, (byte)0xff);
            if (first >= 0)
                return (head, block[first..length]); // from its first letter on, so that no letter is cut in two
        }

        return (head, head);
    }

    private static TextForm? LooksLikeUtf16(ReadOnlySpan<byte> head)
    {
        var sample = head[..Math.Min(head.Length & ~1, 4_096)];
        var (even, odd) = (0, 0);
        for (var i = 0; i < sample.Length; i += 2)
        {
            even += sample[i] == 0 ? 1 : 0;
            odd += sample[i + 1] == 0 ? 1 : 0;
        }

        return Math.Max(even, odd) * 10 < sample.Length ? null : odd > even ? TextForms.Utf16Le : TextForms.Utf16Be;
    }

    // A letter may be cut in two at the end of a block, never at a line end.
    private static ReadOnlySpan<byte> CutAtLine(byte[] bytes, TextForm text)
    {
        if (bytes.Length < HeadSize / 2)
            return bytes;
        var line = bytes.AsSpan().LastIndexOfAny((byte)'\n', (byte)'\r');
        if (line <= 0)
            return bytes.AsSpan(0, bytes.Length & ~1);
        return text == TextForms.Utf16Le || text == TextForms.Utf16Be ? bytes.AsSpan(0, line & ~1) : bytes.AsSpan(0, line);
    }

    private static bool HasThreeByteLetter(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyInRange((byte)0xe0, (byte)0xf4) >= 0;

    private static bool MostLinesAre(TextForm text, byte[] bytes)
    {
        var splitter = new RowSplitter(new MemoryStream(bytes), 0);
        var (good, all) = (0, 0);
        while (splitter.Fill())
        {
            while (splitter.TryNext(out var row))
            {
                all++;
                good += TextForms.IsStrictly(text, row) ? 1 : 0;
            }
        }

        return good * 2 > all;
    }
}
