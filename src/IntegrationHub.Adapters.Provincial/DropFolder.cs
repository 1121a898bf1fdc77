using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CsvHelper;
using IntegrationHub.Intake;
using IntegrationHub.Policy;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>The parts of a name such as <c>DSR_HZ_410423_20260302_F_0001.csv</c>.</summary>
internal sealed partial record DropFileName(string Name, string Type, string County)
{
    public static DropFileName? TryParse(string name) =>
        Pattern().Match(name) is { Success: true } match
            ? new DropFileName(name, match.Groups["type"].Value, match.Groups["county"].Value)
            : null;

    [GeneratedRegex(@"^DSR_(?<type>[A-Z]{2})_(?<county>\d{6})_\d{8}_[FD]_\d{4}\.csv$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}

/// <summary>The drop folder's manners: a manifest says a file is whole, a result file goes back, what was taken moves away.</summary>
internal static class DropFolder
{
    /// <summary>The manifest beside a file, or null when there is none or it cannot be read: the sender has not finished.</summary>
    public static async Task<SnapshotManifest?> ReadManifest(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = File.OpenRead($"{file}.ok");
            var manifest = await JsonSerializer.DeserializeAsync<ManifestFile>(content, cancellationToken: cancellationToken);
            return manifest is null ? null : new SnapshotManifest(
                manifest.File, manifest.Rows, manifest.Sha256, manifest.Sm3, manifest.AsOf, manifest.Sequence, manifest.PreviousSequence);
        }
        catch (Exception failure) when (failure is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes the result file and moves the data file out of the way. A file without a manifest stays where it is: the
    /// next night may find it finished.
    /// </summary>
    public static async Task Finish(
        string file, SnapshotResult result, ProblemTexts texts, CancellationToken cancellationToken)
    {
        var parent = Path.GetDirectoryName(Path.GetDirectoryName(file)) ?? throw new InvalidOperationException("A drop folder has a parent.");
        var results = Directory.CreateDirectory(Path.Combine(parent, "results"));
        await File.WriteAllTextAsync(
            Path.Combine(results.FullName, $"{Path.GetFileName(file)}.ret"), Lines(result, texts), Encoding.UTF8, cancellationToken);
        if (result.Code == "file.no_manifest")
            return;

        var taken = Directory.CreateDirectory(Path.Combine(parent, "taken"));
        MoveIfThere(file, taken.FullName);
        MoveIfThere($"{file}.ok", taken.FullName);
    }

    private static string Lines(SnapshotResult result, ProblemTexts texts)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text))
        {
            csv.WriteRecord("行号", "代码", "说明");
            if (result.Code is { } code)
                csv.WriteRecord("0", code, texts.Chinese(code));
            foreach (var row in result.Rows)
            {
                for (var i = 0; i < row.Codes.Count; i++)
                    csv.WriteRecord($"{row.Row}", row.Codes[i], $"{row.Columns[i]} {texts.Chinese(row.Codes[i])}".Trim());
            }
        }

        return text.ToString();
    }

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
        public required int Sequence { get; init; }

        [JsonPropertyName("prev_seq")]
        public required int PreviousSequence { get; init; }
    }
}
