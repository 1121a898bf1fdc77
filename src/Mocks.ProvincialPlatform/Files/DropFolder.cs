using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Mocks.ProvincialPlatform.Admin;

namespace Mocks.ProvincialPlatform.Files;

/// <summary>Writes snapshots: the data under a passing name, renamed when complete, its manifest last.</summary>
internal sealed class DropFolder(IOptions<ProvinceOptions> options)
{
    private const string Passing = ".tmp";
    private readonly ProvinceOptions _options = options.Value;

    public string Path => Directory.CreateDirectory(_options.DropFolder).FullName;

    private string Hidden => System.IO.Path.Combine(Path, ".again");

    public static string NameOf(IRows rows, DateOnly date, int sequence)
    {
        var stream = $"DSR_{rows.Type.Code}_{rows.County.Division}";
        return string.Create(CultureInfo.InvariantCulture, $"{stream}_{date:yyyyMMdd}_F_{sequence:D4}.csv");
    }

    public async Task<FileOutcome> Drop(
        IRows rows, DateOnly date, int sequence, FaultSettings faults, CancellationToken cancellation)
    {
        var name = NameOf(rows, date, sequence);
        var path = System.IO.Path.Combine(Path, name);
        var stream = $"{rows.Type.Code}_{rows.County.Division}";
        var digest = IDigest.Named(_options.Digest);
        FileOutcome outcome;
        await using (var file = File.Create(path + Passing, 4_096, FileOptions.Asynchronous))
        {
            outcome = await new RowSweep(rows).Write(name, file, digest, cancellation);
            if (faults.TornFile == stream)
                file.SetLength(file.Length * 5 / 8);
        }

        File.Move(path + Passing, path, overwrite: true);
        if (faults.MissingManifest == stream)
            return outcome;
        var manifest = Manifest(outcome, digest, date, sequence, faults, stream);
        await File.WriteAllBytesAsync(path + ".ok" + Passing, manifest, cancellation);
        File.Move(path + ".ok" + Passing, path + ".ok", overwrite: true);
        return outcome;
    }

    /// <summary>Writes files of today once more, out of sight, to be shown by <see cref="Show"/>.</summary>
    public async Task SetAside(
        IEnumerable<IRows> all, DateOnly date, int sequence, CancellationToken cancellation)
    {
        var hidden = new DropFolder(Options.Create(_options with { DropFolder = Hidden }));
        foreach (var rows in all)
            await hidden.Drop(rows, date, sequence, FaultSettings.None, cancellation);
    }

    /// <summary>Drops what was set aside, each manifest after its data.</summary>
    public void Show()
    {
        foreach (var file in Directory.GetFiles(Hidden).Order(StringComparer.Ordinal))
            File.Move(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)), overwrite: true);
        Directory.Delete(Hidden);
    }

    private static byte[] Manifest(
        FileOutcome outcome, IDigest digest, DateOnly date, int sequence, FaultSettings faults, string stream)
    {
        var value = digest.Finish();
        if (faults.WrongDigest == stream)
            value = (value[0] == '0' ? "1" : "0") + value[1..];
        var asOf = date.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T23:30:00+08:00";
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, RelaxedJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("file", outcome.Name);
            json.WriteNumber("rows", outcome.Rows + (faults.WrongCount == stream ? 7 : 0));
            json.WriteString(digest.Name, value);
            json.WriteString("as_of", asOf);
            json.WriteNumber("seq", sequence);
            json.WriteNumber("prev_seq", sequence - 1);
            json.WriteEndObject();
        }

        return memory.ToArray();
    }
}
