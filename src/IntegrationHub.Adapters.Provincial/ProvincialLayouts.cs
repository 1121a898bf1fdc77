using System.Security.Cryptography;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>Layouts for whoever writes them: read with every check, and tried on a file without loading it.</summary>
public static class ProvincialLayouts
{
    /// <exception cref="HubProblemException"><c>layout.invalid</c>.</exception>
    public static SnapshotLayout Load(string contractsFolder, string file)
    {
        if (!File.Exists(file))
            throw new HubProblemException("layout.invalid", $"There is no file {Path.GetFileName(file)}.", "Give the path of a layout file.");
        var layout = SnapshotLayout.Load(contractsFolder, Path.GetFullPath(file));
        LayoutFields.Check(layout);
        return layout;
    }

    /// <summary>What would happen to a file, or to each file of a zip.</summary>
    public static async Task<IReadOnlyList<LayoutReport>> Check(SnapshotLayout layout, string file, DateOnly asOf, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new HubProblemException("file.unreadable", $"There is no file {Path.GetFileName(file)}.", "Give the path of a file.");
        if (!file.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return [await WithManifest(LayoutCheck.Of(Path.GetFileName(file), layout, asOf, () => File.OpenRead(file)), file, cancellationToken)];
        return
        [
            .. DropZip.FilesIn(file)
                .Where(zipped => layout.Files is null || FileNamePattern.Read(layout, zipped.Name) is not null)
                .Select(zipped => LayoutCheck.Of(zipped.Name, layout, asOf, () => DropZip.Open(file, zipped))),
        ];
    }

    // Where there is a manifest the file must be what it promises; whether it is late or too small depends on what came before.
    private static async Task<LayoutReport> WithManifest(LayoutReport report, string file, CancellationToken cancellationToken)
    {
        if (await DropFolder.ReadManifest(file, cancellationToken) is not { } manifest)
            return report;
        await using var content = File.OpenRead(file);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        var others = report.TotalsRows + report.BlankRows;
        var code = manifest.Sha256 is { } told && !told.Equals(digest, StringComparison.OrdinalIgnoreCase)
                ? report.Rows < manifest.Rows ? "file.torn" : "file.digest"
            : report.Code is not null ? report.Code
            : manifest.Rows != report.Rows && manifest.Rows != report.Rows + others ? "file.rows"
            : null;
        return report with { Code = code };
    }
}
