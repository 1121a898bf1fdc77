using System.Text;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

/// <summary>Files as a sender might write them, read the way a night reads them.</summary>
internal static class Files
{
    public static readonly SnapshotLayout Layout = new()
    {
        Layout = "test",
        Type = "TT",
        Source = "test",
        OpaquePrefix = "axdf",
        Snapshot = true,
        Key = ["编号", "证件号"],
        KeyWhenEmpty = ["姓名", "备注"],
        Columns =
        [
            new LayoutColumn { Position = 1, Name = "编号", Field = "ref", Form = "text", Required = true },
            new LayoutColumn { Position = 2, Name = "姓名", Field = "name", Form = "text", Required = true, Aliases = ["名字"] },
            new LayoutColumn { Position = 3, Name = "证件号", Field = "idNo", Form = "text" },
            new LayoutColumn { Position = 4, Name = "金额(元)", Field = "amount", Form = "text" },
            new LayoutColumn { Position = 5, Name = "备注", Field = "note", Form = "text" },
        ],
    };

    public static Encoding Gb18030 => TextForms.Gb18030.Strict;

    /// <summary>The bytes of a text in an encoding named as people name it; «BOM» behind it adds the mark.</summary>
    public static byte[] Bytes(string text, string encoding)
    {
        var hasMark = encoding.EndsWith("BOM", StringComparison.Ordinal);
        var form = TextForms.Find(encoding.Replace(" BOM", "", StringComparison.Ordinal))
            ?? throw new ArgumentException($"No encoding {encoding}.", nameof(encoding));
        return hasMark ? [.. form.Mark, .. form.Strict.GetBytes(text)] : form.Strict.GetBytes(text);
    }

    public static ReadFile Read(byte[] bytes, SnapshotLayout? layout = null)
    {
        var used = layout ?? Layout;
        return ShapeFinder.Find(new MemoryStream(bytes), RowFormat.Csv, [used]) switch
        {
            ShapeVerdict.Fits fits => Rows(bytes, fits.Shape),
            ShapeVerdict.Unfit unfit => new ReadFile(null, unfit.Code, unfit.Detail, [], 0),
            _ => throw new InvalidOperationException(),
        };
    }

    public static ReadFile Read(string text, SnapshotLayout? layout = null) => Read(Encoding.UTF8.GetBytes(text), layout);

    private static ReadFile Rows(byte[] bytes, FileShape shape)
    {
        var rows = new DataRows(new MemoryStream(bytes), shape);
        var reader = RowReader.For(shape);
        var batch = new RowBatch();
        var keys = new List<string>();
        Span<byte> key = stackalloc byte[1_024];
        while (rows.Fill())
        {
            while (rows.TryNext(out var row))
            {
                batch.Add(row);
                keys.Add(Encoding.UTF8.GetString(key[..reader.WriteKey(row, key)]).Replace('\u001f', '|'));
            }
        }

        var cells = reader.Read(batch);
        var read = new List<ReadRow>();
        while (cells.Advance())
        {
            read.Add(new ReadRow(
                keys[read.Count], cells.Problem,
                cells.Problem is null ? [.. Enumerable.Range(0, cells.Count).Select(i => cells[i].ToString())] : []));
        }

        return new ReadFile(shape, null, null, read, rows.Totals);
    }
}

internal sealed record ReadFile(FileShape? Shape, string? Code, string? Detail, List<ReadRow> Rows, long Totals);

internal sealed record ReadRow(string Key, string? Problem, string[] Cells)
{
    public string Text => Problem ?? string.Join('|', Cells);
}
