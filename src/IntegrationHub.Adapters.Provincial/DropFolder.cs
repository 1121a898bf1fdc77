using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsvHelper;
using IntegrationHub.Intake;
using IntegrationHub.Policy;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>The drop folder's manners: a manifest says a file is whole, a result file goes back, what was taken moves away.</summary>
internal static class DropFolder
{
    private const int LongestManifest = 64 * 1024;

    private static readonly JsonSerializerOptions s_manifest = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    /// <summary>A value that a spreadsheet would run as a formula is written as text (D9).</summary>
    private static readonly CsvWriterOptions s_results = new() { Injection = CsvInjection.Escape };

    /// <summary>The manifest beside a file, or null when there is none or it cannot be read: the sender has not finished.</summary>
    public static async Task<SnapshotManifest?> ReadManifest(string file, CancellationToken cancellationToken)
    {
        if (ManifestOf(file) is not { } path)
            return null;
        try
        {
            await using var content = File.OpenRead(path);
            return await ParseManifest(content, cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The instant a file is of, to put several nights' files in order; null without a manifest.</summary>
    public static DateTimeOffset? AsOf(string file) =>
        ManifestOf(file) is { } path && new FileInfo(path).Length <= LongestManifest ? Parse(File.ReadAllBytes(path))?.AsOf : null;

    /// <summary>A manifest's content, or null when it is none.</summary>
    public static async Task<SnapshotManifest?> ParseManifest(Stream content, CancellationToken cancellationToken)
    {
        var bytes = new byte[LongestManifest];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Parse(bytes.AsSpan(0, length));
    }

    private static SnapshotManifest? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            if (text.StartsWith("\ufeff"u8))
                text = text[3..];
            var manifest = JsonSerializer.Deserialize<ManifestFile>(text, s_manifest);
            return manifest is null ? null : new SnapshotManifest(
                manifest.File, manifest.Rows, manifest.Sha256, manifest.Sm3, manifest.AsOf, manifest.Sequence, manifest.PreviousSequence);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The manifest that belongs to a file: its name and <c>.ok</c>, with or without its own ending.</summary>
    public static string? ManifestOf(string file) =>
        new[] { $"{file}.ok", Path.ChangeExtension(file, ".ok") }.FirstOrDefault(File.Exists);

    /// <summary>
    /// Writes the result file and moves the data file out of the way. A file without a manifest stays where it is: the
    /// next night may find it finished.
    /// </summary>
    public static async Task Finish(
        string file, SnapshotResult result, ProblemTexts texts, CancellationToken cancellationToken)
    {
        await Tell(file, result, texts, cancellationToken);
        if (result.Code != "file.no_manifest")
            MoveAway(file);
    }

    /// <summary>Writes the result file that goes back to the sender.</summary>
    public static async Task Tell(string file, SnapshotResult result, ProblemTexts texts, CancellationToken cancellationToken)
    {
        var results = Directory.CreateDirectory(Path.Combine(ParentOf(file), "results"));
        await File.WriteAllTextAsync(
            Path.Combine(results.FullName, $"{Path.GetFileName(file)}.ret"), Lines(result, texts), Encoding.UTF8, cancellationToken);
    }

    /// <summary>Moves a file and its manifest to the folder of what was taken.</summary>
    public static void MoveAway(string file)
    {
        var taken = Directory.CreateDirectory(Path.Combine(ParentOf(file), "taken"));
        var manifest = ManifestOf(file);
        MoveIfThere(file, taken.FullName);
        if (manifest is not null)
            MoveIfThere(manifest, taken.FullName);
    }

    /// <summary>Deletes what was taken before an instant, in the folder beside the drop folder.</summary>
    public static int ForgetTaken(string dropFolder, DateTimeOffset before)
    {
        var taken = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(dropFolder)) ?? dropFolder, "taken");
        var old = Directory.Exists(taken)
            ? Directory.GetFiles(taken).Where(file => File.GetLastWriteTimeUtc(file) < before.UtcDateTime).ToList()
            : [];
        old.ForEach(File.Delete);
        return old.Count;
    }

    private static string ParentOf(string file) =>
        Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? throw new InvalidOperationException("A drop folder has a parent.");

    private static string Lines(SnapshotResult result, ProblemTexts texts)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text, s_results))
        {
            csv.WriteRecord("行号", "代码", "说明");
            if (result.Code is { } code)
                csv.WriteRecord("0", code, result.Detail is { } detail ? $"{texts.Chinese(code)}：{detail}" : texts.Chinese(code));
            foreach (var row in result.Rows)
            {
                for (var i = 0; i < row.Codes.Count; i++)
                    csv.WriteRecord($"{row.Row}", row.Codes[i], $"{ColumnOf(row, i)} {texts.Chinese(row.Codes[i])}".Trim());
            }
        }

        return text.ToString();
    }

    // A problem of the whole row names no column.
    private static string ColumnOf(QuarantinedRow row, int problem) => row.Columns[problem] == "-" ? "" : row.Columns[problem];

    private static void MoveIfThere(string file, string folder)
    {
        if (File.Exists(file))
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
    }

    private sealed record ManifestFile
    {
        [JsonPropertyName("file")]
        public required string File { get; init; }

        [JsonPropertyName("rows")]
        public required long Rows { get; init; }

        [JsonPropertyName("sha256")]
        public string? Sha256 { get; init; }

        [JsonPropertyName("sm3")]
        public string? Sm3 { get; init; }

        [JsonPropertyName("as_of")]
        public required DateTimeOffset AsOf { get; init; }

        [JsonPropertyName("seq")]
        public int Sequence { get; init; }

        [JsonPropertyName("prev_seq")]
        public int? PreviousSequence { get; init; }
    }
}
