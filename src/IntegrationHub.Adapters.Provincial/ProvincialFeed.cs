using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.Policy;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>A province's snapshots of a night: the files in the drop folder, and the pages of its API where it has one.</summary>
internal sealed class ProvincialFeed(
    ProvincialClient client, ContractsFolder contracts, ProblemTexts texts, ProvincialOptions options) : ISnapshotFeed
{
    private const int MostPullAttempts = 3;
    private static readonly string[] s_dataFiles = [".csv", ".txt", ".tsv"];

    private readonly Dictionary<string, ISnapshotTranslator> _translators = [];
    private LayoutFolder? _layouts;

    public string Source => options.Source;

    private LayoutFolder Layouts => _layouts ??= LoadLayouts();

    public IReadOnlyList<SnapshotLayout> LayoutsOf(string type)
    {
        Reload();
        return Layouts.Of(type);
    }

    public ISnapshotTranslator TranslatorFor(SnapshotLayout layout)
    {
        if (!_translators.TryGetValue(layout.Layout, out var translator))
            _translators[layout.Layout] = translator = ProvincialTranslators.For(layout);
        return translator;
    }

    public IReadOnlyList<SnapshotSource> Offer(DateOnly day)
    {
        if (!Directory.Exists(options.DropFolder))
        {
            throw new HubProblemException(
                "partner.unreachable", $"The drop folder of {Source} does not exist.",
                "Mount the folder or correct the setting DropFolder, then run the sync again.");
        }

        Reload();
        var files = Directory.GetFiles(options.DropFolder).Order(StringComparer.Ordinal).SelectMany(OfferFile)
            .OrderBy(offer => offer.AsOf).ThenBy(offer => offer.Source.Name, StringComparer.Ordinal) // two nights' files in one folder: the older first
            .Select(offer => offer.Source);
        return
        [
            .. files,
            .. from type in options.BaseUrl.Length == 0 ? [] : Listed(options.ApiTypes)
               from county in Listed(options.Counties)
               let name = $"API_{type}_{county}_{day:yyyyMMdd}"
               select new SnapshotSource(name, token => FromApi(name, type, county, day, token)),
        ];
    }

    public Task Tell(string file, SnapshotResult result, CancellationToken cancellationToken) =>
        file.StartsWith("API_", StringComparison.Ordinal)
            ? Task.CompletedTask // an API has nowhere to put it
            : DropFolder.Tell(Path.Combine(options.DropFolder, file), result, texts, cancellationToken);

    public int ForgetTaken(DateTimeOffset before) =>
        options.DropFolder is { Length: > 0 } folder ? DropFolder.ForgetTaken(folder, before) : 0;

    // A mended layout holds from the next night or decision on, in a worker that has run for months.
    private void Reload()
    {
        _layouts = LoadLayouts();
        _translators.Clear();
    }

    private LayoutFolder LoadLayouts() => LayoutFolder.Load(
        contracts.Path, options.Layouts.Length > 0 ? options.Layouts : Path.Combine(contracts.Path, "provincial", "layouts"), Source);

    private IEnumerable<(DateTimeOffset AsOf, SnapshotSource Source)> OfferFile(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return OfferZip(path);
        if (Read(name) is not { } known)
        {
            return s_dataFiles.Contains(Path.GetExtension(name).ToLowerInvariant())
                ? [(DateTimeOffset.MaxValue, new SnapshotSource(name, _ => throw UnknownName(name)))]
                : [];
        }

        return [(DropFolder.AsOf(path) ?? DateTimeOffset.MaxValue, new SnapshotSource(name, token => FromFile(path, known, token)))];
    }

    private IEnumerable<(DateTimeOffset AsOf, SnapshotSource Source)> OfferZip(string path)
    {
        List<ZippedFile> files;
        try
        {
            files = DropZip.FilesIn(path);
        }
        catch (HubProblemException problem)
        {
            return [(DateTimeOffset.MaxValue, new SnapshotSource(Path.GetFileName(path), _ => throw problem))];
        }

        var open = files.Count; // the zip moves away with the last of its files
        return files.Select(file => (
            AsOf: DateTimeOffset.MinValue,
            new SnapshotSource(file.Name, async token =>
            {
                var known = Read(file.Name) ?? throw UnknownName(file.Name);
                return Base(file.Name, known) with
                {
                    Manifest = await DropZip.ManifestOf(path, file, files.Count == 1, token),
                    Open = _ => Task.FromResult(DropZip.Open(path, file)),
                    Finish = async (result, finishToken) =>
                    {
                        await DropFolder.Tell(Path.Combine(options.DropFolder, file.Name), result, texts, finishToken);
                        if (result.Code != "file.no_manifest" && --open == 0)
                            DropFolder.MoveAway(path);
                    },
                };
            })));
    }

    private KnownFile? Read(string name)
    {
        var fits = Layouts.All.Select(layout => (Layout: layout, Parts: FileNamePattern.Read(layout, name)))
            .Where(fit => fit.Parts is not null).ToList();
        if (fits.Count == 0)
            return null;
        var (first, parts) = fits[0];
        return new KnownFile(first, [.. fits.Skip(1).Where(fit => fit.Layout.Type == first.Type).Select(fit => fit.Layout)], parts!); // filtered
    }

    private async Task<Snapshot> FromFile(string path, KnownFile known, CancellationToken cancellationToken) =>
        Base(Path.GetFileName(path), known) with
        {
            Manifest = await DropFolder.ReadManifest(path, cancellationToken),
            Open = _ => Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true)),
            Finish = (result, token) => DropFolder.Finish(path, result, texts, token),
        };

    private static Snapshot Base(string name, KnownFile known) => new()
    {
        Name = name,
        Area = known.Parts.Area,
        Layout = known.Layout,
        OtherLayouts = known.Others,
        Format = RowFormat.Csv,
        IsDelta = known.Parts.IsDelta,
        Open = _ => throw new InvalidOperationException("Whoever builds a snapshot says how it is opened."),
        Finish = (_, _) => Task.CompletedTask,
    };

    private static HubProblemException UnknownName(string name) => new(
        "file.unknown_name", $"No layout knows the file name {name}.",
        "Correct the name, or the pattern `files` of the layout it should have.");

    private async Task<Snapshot> FromApi(
        string name, string type, string county, DateOnly day, CancellationToken cancellationToken)
    {
        if (Layouts.Of(type).Count == 0)
            throw new HubProblemException("layout.invalid", $"{Source} has no layout for {type}.", "Add one, or take the type out of ApiTypes.");
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
            Layout = Layouts.Of(type)[0],
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
        var seen = new HashSet<UInt128>();
        await foreach (var page in Pages(type, county, day, cancellationToken))
        {
            total = total < 0 || total == page.Total ? page.Total : long.MaxValue; // it grew or shrank while it was read
            rows += page.Rows.Count;
            foreach (var row in page.Rows)
            {
                byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(row), (byte)'\n'];
                sha256.AppendData(line);
                if (!seen.Add(System.IO.Hashing.XxHash128.HashToUInt128(line)))
                    total = long.MaxValue; // a row came twice, so another one may not have come at all
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
            if (page.Rows.Count < options.PageSize || (long)number * options.PageSize > page.Total + options.PageSize)
                yield break; // the last page, or a partner that has no last page
        }
    }

    private static string[] Listed(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A name that a layout knows, and other layouts of the type that know it as well.</summary>
    private sealed record KnownFile(SnapshotLayout Layout, IReadOnlyList<SnapshotLayout> Others, FileNameParts Parts);
}
