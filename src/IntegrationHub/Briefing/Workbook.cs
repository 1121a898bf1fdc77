using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace IntegrationHub.Briefing;

/// <summary>
/// The few parts of a workbook (ECMA-376) that a table of text and numbers needs; a library for it would bring a hundred
/// times as much (docs/adr/2611-three-books.md).
/// </summary>
internal static class Workbook
{
    private const string Head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    private const int LongestName = 31;

    public static byte[] Write(IReadOnlyList<(string Name, IReadOnlyList<string[]> Rows)> sheets)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "[Content_Types].xml",
                $"""{Head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{Types}.sheet.main+xml"/>{Each(sheets, i => $"""<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{Types}.worksheet+xml"/>""")}</Types>""");
            Add(zip, "_rels/.rels",
                $"""{Head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add(zip, "xl/workbook.xml",
                $"""{Head}<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets>{Each(sheets, i => $"""<sheet name="{SecurityElement.Escape(Short(sheets[i - 1].Name))}" sheetId="{i}" r:id="rId{i}"/>""")}</sheets></workbook>""");
            Add(zip, "xl/_rels/workbook.xml.rels",
                $"""{Head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{Each(sheets, i => $"""<Relationship Id="rId{i}" Type="{Relations}/worksheet" Target="worksheets/sheet{i}.xml"/>""")}</Relationships>""");
            for (var i = 0; i < sheets.Count; i++)
                Add(zip, $"xl/worksheets/sheet{i + 1}.xml", Sheet(sheets[i].Rows));
        }

        return memory.ToArray();
    }

    // Codes of many digits are text: a spreadsheet would round them.
    private static string Sheet(IReadOnlyList<string[]> rows)
    {
        var text = new StringBuilder($"""{Head}<worksheet xmlns="{Main}"><sheetData>""");
        foreach (var row in rows)
        {
            text.Append("<row>");
            foreach (var (cell, column) in row.Select((cell, column) => (cell, column)))
            {
                if (column > 0 && cell.Length < 15 && decimal.TryParse(cell, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
                    text.Append(CultureInfo.InvariantCulture, $"<c><v>{cell}</v></c>");
                else
                    text.Append(CultureInfo.InvariantCulture, $"""<c t="inlineStr"><is><t>{SecurityElement.Escape(cell)}</t></is></c>""");
            }

            text.Append("</row>");
        }

        return text.Append("</sheetData></worksheet>").ToString();
    }

    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName];

    private static string Each<T>(IReadOnlyList<T> items, Func<int, string> text) =>
        string.Concat(Enumerable.Range(1, items.Count).Select(text));

    // The same bytes for the same report: the time of writing is not in them.
    private static void Add(ZipArchive zip, string name, string text)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
