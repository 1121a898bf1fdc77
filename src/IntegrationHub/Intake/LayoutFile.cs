using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CsvHelper;
using IntegrationHub.Contracts;

namespace IntegrationHub.Intake;

/// <summary>Reads layout files. A layout that cannot work is refused when it is read, by file and column, not row by row at night.</summary>
internal static partial class LayoutFile
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // a misspelt setting must not be a silent default
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static SnapshotLayout Load(string contractsFolder, string file)
    {
        var path = Path.Combine(contractsFolder, file);
        var layout = Parse(path);
        if (layout.Columns is not { Count: > 0 })
            throw Invalid(path, "-", "it has no columns");
        layout = layout with
        {
            Columns =
            [
                .. layout.Columns.Select((column, i) => WithCodes(contractsFolder, path, column) with
                {
                    Position = column.Position == 0 ? i + 1 : column.Position,
                }),
            ],
        };
        Check(path, layout);
        return layout;
    }

    private static SnapshotLayout Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SnapshotLayout>(File.ReadAllBytes(path), s_json)
                ?? throw Invalid(path, "-", "it is empty");
        }
        catch (JsonException failure)
        {
            throw Invalid(path, failure.Path ?? "-", $"line {failure.LineNumber + 1}: {failure.Message}");
        }
        catch (IOException)
        {
            throw Invalid(path, "-", "it cannot be read");
        }
        catch (UnauthorizedAccessException)
        {
            throw Invalid(path, "-", "it cannot be read");
        }
    }

    private static void Check(string path, SnapshotLayout layout)
    {
        if (!TextForms.IsKnown(layout.Encoding))
            throw Invalid(path, "-", $"the encoding {layout.Encoding} is not known; one of auto, {string.Join(", ", TextForms.Names)}");
        if (!Separators.IsKnown(layout.Separator))
            throw Invalid(path, "-", $"the separator {layout.Separator} is not known; one of auto, {string.Join(", ", Separators.Names)}");
        if (layout.HeaderRows is < 1 or > 2)
            throw Invalid(path, "-", "headerRows is 1 or 2");
        if (layout.Files is { } files && !IsPattern(files))
            throw Invalid(path, "-", "files is not a regular expression");
        if (layout.Key is not { Count: > 0 })
            throw Invalid(path, "-", "it names no key column");
        foreach (var name in layout.Key.Concat(layout.KeyWhenEmpty).Where(name => !layout.Columns.Any(column => column.Name == name || column.Field == name)))
            throw Invalid(path, name, "this key column is not among the columns");
        if (layout.KeyPositions().Length + layout.FallbackPositions().Length > RowKeys.MostColumns)
            throw Invalid(path, "-", $"a key has at most {RowKeys.MostColumns} columns");
        foreach (var column in layout.Columns)
            CheckColumn(path, column);
        foreach (var twice in layout.Columns.GroupBy(column => column.Field).Where(same => same.Count() > 1))
            throw Invalid(path, twice.Last().Name, $"the field {twice.Key} has two columns");
        foreach (var twice in layout.Columns.GroupBy(column => column.Position).Where(same => same.Count() > 1))
            throw Invalid(path, twice.Last().Name, $"the position {twice.Key} is used twice");
        var names = layout.Columns.SelectMany(column => column.Aliases.Prepend(column.Name).Select(HeaderNames.Normal).Distinct(), (column, name) => (column, name));
        foreach (var twice in names.GroupBy(known => known.name).Where(same => same.Count() > 1))
            throw Invalid(path, twice.Last().column.Name, "this name or alias belongs to two columns");
    }

    private static void CheckColumn(string path, LayoutColumn column)
    {
        if (HeaderNames.Normal(column.Name).Length == 0)
            throw Invalid(path, column.Field, "the column has no name");
        if (!LayoutForms.IsKnown(column.Form))
            throw Invalid(path, column.Name, $"the form {column.Form} is not known; one of {string.Join(", ", LayoutForms.Names)}");
        if (column.MaxLength is < 1)
            throw Invalid(path, column.Name, "maxLength is at least 1");
        if (column.Unit is not (null or "yuan" or "fen" or "wan"))
            throw Invalid(path, column.Name, $"the unit {column.Unit} is not known; one of yuan, fen, wan");
        if (column.Order is not (null or "ymd" or "mdy" or "dmy"))
            throw Invalid(path, column.Name, $"the order {column.Order} is not known; one of ymd, mdy, dmy");
        if (column.Epoch is not (null or 1900 or 1904))
            throw Invalid(path, column.Name, "epoch is 1900 or 1904");
    }

    // The layout's own codes stand before those of its crosswalk: a file of source,code and perhaps alias (yes: only another
    // spelling), or a code list, which means itself.
    private static LayoutColumn WithCodes(string contractsFolder, string path, LayoutColumn column)
    {
        if (column.Crosswalk is null && column.OwnCodes is null)
            return column;
        var codes = new Dictionary<string, string>();
        var otherSpellings = new HashSet<string>();
        if (column.Crosswalk is { } crosswalk)
        {
            var file = FindCrosswalk(contractsFolder, path, crosswalk)
                ?? throw Invalid(path, column.Name, $"there is no code list {crosswalk}.csv");
            AddCrosswalk(codes, otherSpellings, file);
        }

        foreach (var (source, code) in column.OwnCodes ?? new Dictionary<string, string>())
        {
            codes[source] = code;
            otherSpellings.Remove(source);
        }

        return column with { Codes = codes.ToFrozenDictionary(), OtherSpellings = otherSpellings.Count == 0 ? null : otherSpellings.ToFrozenSet() };
    }

    private static void AddCrosswalk(Dictionary<string, string> codes, HashSet<string> otherSpellings, string file)
    {
        const int AliasColumn = 2;
        using var reader = CsvReader.FromFile(file, new CsvReaderOptions { Separator = ',', HasHeader = false });
        var target = -1;
        while (reader.Read())
        {
            var source = reader.GetString(0).Trim('\ufeff', ' ');
            if (target < 0)
            {
                target = source == "source" ? 1 : 0;
                continue;
            }

            if (source.Length == 0)
                continue;
            codes[source] = reader.GetString(target);
            if (target == 1 && reader.Current.ToArray().Length > AliasColumn && reader.GetString(AliasColumn) == "yes")
                otherSpellings.Add(source);
        }
    }

    // Beside the layout, in a codes folder up to three levels above it, or in the contracts folder.
    private static string? FindCrosswalk(string contractsFolder, string path, string crosswalk)
    {
        if (!CrosswalkName().IsMatch(crosswalk))
            return null;
        var places = new List<string> { Path.GetDirectoryName(Path.GetFullPath(path)) ?? "" };
        for (var (folder, up) = (places[0], 0); folder is not null && up < 4; folder = Path.GetDirectoryName(folder), up++)
            places.Add(Path.Combine(folder, "codes"));
        places.Add(Path.Combine(contractsFolder, "codes"));
        return places.Select(place => Path.Combine(place, $"{crosswalk}.csv")).FirstOrDefault(File.Exists);
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            return FileNamePattern.Compile(pattern) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>A layout that cannot be used, told by place.</summary>
    public static HubProblemException Invalid(string path, string place, string what)
    {
        var text = new StringBuilder($"Layout {Path.GetFileName(path)}");
        if (place != "-")
            text.Append($", {place}");
        return new HubProblemException(
            "layout.invalid", $"{text}: {what}.", "Correct the layout file; contracts/provincial/csv/README.md explains every setting.");
    }

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{N}._-]*$")]
    private static partial Regex CrosswalkName();
}
