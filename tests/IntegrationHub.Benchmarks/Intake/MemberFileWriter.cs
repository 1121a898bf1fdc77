using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Intake;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// Writes the member files of an invented province with their manifests: the same size gives the same bytes. On day two
/// 1 % of the rows changed, 0.1 % are gone and 0.1 % are new.
/// </summary>
internal sealed class MemberFileWriter(SnapshotLayout layout, string folder)
{
    private const ulong Seed = 20_260_302;
    private static readonly DateOnly s_firstDay = new(2026, 3, 2);

    private readonly Encoding _encoding = (TextForms.Find(layout.Encoding) ?? TextForms.Gb18030).Strict;

    private enum Fate
    {
        Same,
        Changed,
        Gone,
    }

    /// <summary>Writes a day's file. Rows is the size on day one; the second day follows from it.</summary>
    public async Task<MemberFile> Write(int rows, int day, CancellationToken cancellationToken)
    {
        var date = s_firstDay.AddDays(day - 1);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"DSR_CY_{MemberFile.County}_{date:yyyyMMdd}_F_{day:0000}.csv");
        var path = Path.Combine(folder, name);
        var file = new MemberFile { Path = path, Day = day, New = day == 1 ? rows : rows / 1_000 };
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0, true))
            file = await WriteRows(file, target, digest, rows, cancellationToken);

        var manifest = new
        {
            file = name,
            rows = file.Rows,
            sha256 = Convert.ToHexStringLower(digest.GetHashAndReset()),
            as_of = string.Create(CultureInfo.InvariantCulture, $"{date.AddDays(-1):yyyy-MM-dd}T23:30:00+08:00"),
            seq = day,
            prev_seq = day - 1,
        };
        await File.WriteAllBytesAsync($"{path}.ok", JsonSerializer.SerializeToUtf8Bytes(manifest), cancellationToken);
        return file;
    }

    private async Task<MemberFile> WriteRows(
        MemberFile file, FileStream target, IncrementalHash digest, int rows, CancellationToken cancellationToken)
    {
        var members = new MemberRows(_encoding);
        var bytes = new RowBytes();
        var header = string.Join(layout.Separator, layout.Columns.Select(column => column.Name));
        bytes.Add(_encoding.GetBytes(header)).EndRow();
        var all = file.Day == 1 ? rows : rows + file.New;
        int changed = 0, gone = 0;
        for (var index = 0; index < all; index++)
        {
            var fate = file.Day == 1 || index >= rows ? Fate.Same : FateOf(index);
            changed += fate == Fate.Changed ? 1 : 0;
            gone += fate == Fate.Gone ? 1 : 0;
            if (fate != Fate.Gone)
                members.Write(bytes, index, fate == Fate.Changed);
            if (bytes.IsFull)
                await Flush(bytes, target, digest, cancellationToken);
        }

        await Flush(bytes, target, digest, cancellationToken);
        return file with { Rows = all - gone, Bytes = target.Length, Changed = changed, Gone = gone };
    }

    private static async Task Flush(
        RowBytes bytes, FileStream target, IncrementalHash digest, CancellationToken cancellationToken)
    {
        var taken = bytes.Take();
        digest.AppendData(taken.Span);
        await target.WriteAsync(taken, cancellationToken);
    }

    private static Fate FateOf(int index) => (Dice.Roll(Seed, index) % 1_000) switch
    {
        0 => Fate.Gone,
        <= 10 => Fate.Changed,
        _ => Fate.Same,
    };
}
