using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>The platform's snapshots of a night: the files in the drop folder, and the pages of its API.</summary>
internal sealed class ProvincialFeed(
    ProvincialClient client, ContractsFolder contracts, ProblemTexts texts, IOptions<ProvincialOptions> options) : ISnapshotFeed
{
    private const int MostPullAttempts = 3;

    private readonly Dictionary<string, SnapshotLayout> _layouts = Layouts(contracts.Path);
    private readonly Dictionary<string, ISnapshotTranslator> _translators = [];

    public string Source => "provincial";

    public ISnapshotTranslator TranslatorFor(string type)
    {
        if (!_translators.TryGetValue(type, out var translator))
            _translators[type] = translator = ProvincialTranslators.For(_layouts[type]);
        return translator;
    }

    public IReadOnlyList<SnapshotSource> Offer(DateOnly day)
    {
        var files = Directory.Exists(options.Value.DropFolder)
            ? Directory.GetFiles(options.Value.DropFolder, "DSR_*.csv").Order(StringComparer.Ordinal)
            : throw new HubProblemException(
                "partner.unreachable", "The drop folder Hub:Provincial:DropFolder does not exist.",
                "Mount the folder or correct the setting, then run the sync again.");
        return
        [
            .. from path in files
               let name = DropFileName.TryParse(Path.GetFileName(path))
               where name is not null && _layouts.ContainsKey(name.Type)
               select new SnapshotSource(name.Name, token => FromFile(path, name, token)),
            .. from type in Listed(options.Value.ApiTypes)
               from county in Listed(options.Value.Counties)
               let name = $"API_{type}_{county}_{day:yyyyMMdd}"
               select new SnapshotSource(name, token => FromApi(name, type, county, day, token)),
        ];
    }

    private async Task<Snapshot> FromFile(string path, DropFileName name, CancellationToken cancellationToken) => new()
    {
        Name = name.Name,
        Area = name.County,
        Layout = _layouts[name.Type],
        Format = RowFormat.Csv,
        Manifest = await DropFolder.ReadManifest(path, cancellationToken),
        Open = _ => Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true)),
        Finish = (result, token) => DropFolder.Finish(path, result, texts, token),
    };

    private async Task<Snapshot> FromApi(
        string name, string type, string county, DateOnly day, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pages = UnnamedFile();
            var (total, rows, digest) = await Pull(pages, type, county, day, cancellationToken);
            if (total == rows || attempt == MostPullAttempts)
                return FromPages(name, type, county, day, pages, total, digest);

            // A row moved while paging: lost or doubled. The next pull may be lucky; else the count holds it back.
            await pages.DisposeAsync();
        }
    }

    private Snapshot FromPages(
        string name, string type, string county, DateOnly day, FileStream pages, long total, string digest) => new()
        {
            Name = name,
            Area = county,
            Layout = _layouts[type],
            Format = RowFormat.JsonLines,
            Manifest = new SnapshotManifest(
                name, total, digest, null, HubCalendar.InstantOf(day.ToDateTime(TimeOnly.MinValue).AddMinutes(-30)), 0, null),
            Open = _ =>
            {
                pages.Position = 0;
                return Task.FromResult<Stream>(pages);
            },
            Finish = async (_, _) => await pages.DisposeAsync(),
        };

    // Pages are plain text about people: the name goes at once, so that the kernel drops the bytes however we end.
    private static FileStream UnnamedFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.jsonl");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16, FileOptions.Asynchronous);
        File.Delete(path);
        return file;
    }

    private async Task<(long Total, long Rows, string Digest)> Pull(
        FileStream target, string type, string county, DateOnly day, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long total = -1;
        long rows = 0;
        await foreach (var page in Pages(type, county, day, cancellationToken))
        {
            total = total < 0 || total == page.Total ? page.Total : long.MaxValue;
            rows += page.Rows.Count;
            foreach (var row in page.Rows)
            {
                byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(row), (byte)'\n'];
                sha256.AppendData(line);
                await target.WriteAsync(line, cancellationToken);
            }
        }

        return (total, rows, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    private async IAsyncEnumerable<ProvincialPage> Pages(
        string type, string county, DateOnly day, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            var page = await client.Query(type, county, day, number, cancellationToken);
            yield return page;
            if (page.Rows.Count < options.Value.PageSize)
                yield break;
        }
    }

    private static string[] Listed(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, SnapshotLayout> Layouts(string contractsFolder) =>
        Directory.GetFiles(Path.Combine(contractsFolder, "provincial", "layouts"), "*.json")
            .Select(file => SnapshotLayout.Load(contractsFolder, Path.GetRelativePath(contractsFolder, file)))
            .ToDictionary(layout => layout.Type);
}
