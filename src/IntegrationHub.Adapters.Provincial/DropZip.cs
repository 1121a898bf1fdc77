using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>One data file inside a zip: its own name, whatever folder it stood in, and its place.</summary>
internal sealed record ZippedFile(string Name, string Entry);

/// <summary>
/// Files that come zipped, with names in GBK as Windows writes them. Bounded in entries, size and ratio before and while
/// a byte is unpacked, because a few kilobytes can be made to hold terabytes; nothing is ever unpacked to a path (D10).
/// </summary>
internal static class DropZip
{
    private const int MostEntries = 1_000;
    private const long LargestTotal = 8L << 30;
    private const int LargestRatio = 200;
    private const long NoRatioBelow = 1 << 20;

    /// <summary>The files in it, manifests not counted.</summary>
    /// <exception cref="HubProblemException"><c>file.zip</c>: not a zip, encrypted, or beyond the bounds.</exception>
    public static List<ZippedFile> FilesIn(string zip) => Read(zip, archive =>
        archive.Entries.Where(entry => entry.Length > 0 || entry.Name.Length > 0)
            .Select(entry => new ZippedFile(NameOf(entry), entry.FullName))
            .Where(file => file.Name.Length > 0 && !file.Name.EndsWith(".ok", StringComparison.OrdinalIgnoreCase))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToList());

    /// <summary>A file's bytes; they stop with an error where they exceed what the zip says of them.</summary>
    public static Stream Open(string zip, ZippedFile file)
    {
        var archive = OpenArchive(zip);
        try
        {
            var entry = archive.GetEntry(file.Entry) ?? throw Refused(zip, "it was changed while it was read");
            return new BoundedStream(entry.Open(), archive, entry.Length, () => Refused(zip, "an entry is longer than it says"));
        }
        catch (InvalidDataException)
        {
            archive.Dispose();
            throw Refused(zip, "an entry cannot be unpacked; it may be encrypted");
        }
    }

    /// <summary>
    /// The manifest of a zipped file: inside the zip, beside it, or the zip's own when it holds this one file only; that
    /// one vouches for the zip's bytes, and so for the file's.
    /// </summary>
    public static async Task<SnapshotManifest?> ManifestOf(
        string zip, ZippedFile file, bool isAlone, CancellationToken cancellationToken)
    {
        if (ManifestInside(zip, file) is { } inside)
        {
            await using var content = Open(zip, inside);
            return await DropFolder.ParseManifest(content, cancellationToken);
        }

        var beside = Path.Combine(Path.GetDirectoryName(zip) ?? "", file.Name);
        if (DropFolder.ManifestOf(beside) is not null)
            return await DropFolder.ReadManifest(beside, cancellationToken);
        return isAlone && await DropFolder.ReadManifest(zip, cancellationToken) is { } manifest
            ? await OfContent(zip, file, manifest, cancellationToken)
            : null;
    }

    private static async Task<SnapshotManifest> OfContent(
        string zip, ZippedFile file, SnapshotManifest manifest, CancellationToken cancellationToken)
    {
        await using var whole = File.OpenRead(zip);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(whole, cancellationToken));
        if (!digest.Equals(manifest.Sha256, StringComparison.OrdinalIgnoreCase))
            return manifest; // its digest will fit no file, so that it is held for that
        await using var content = Open(zip, file);
        return manifest with { Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) };
    }

    private static ZippedFile? ManifestInside(string zip, ZippedFile file) => Read(zip, archive =>
        archive.Entries.Select(entry => new ZippedFile(NameOf(entry), entry.FullName))
            .FirstOrDefault(entry => entry.Name == $"{file.Name}.ok" || entry.Name == Path.ChangeExtension(file.Name, ".ok")));

    private static T Read<T>(string zip, Func<ZipArchive, T> read)
    {
        using var archive = OpenArchive(zip);
        return read(archive);
    }

    private static ZipArchive OpenArchive(string zip)
    {
        ZipArchive? archive = null;
        try
        {
            // Latin-1 keeps every byte of a name that is not marked as UTF-8, so that NameOf can look at them.
            archive = new ZipArchive(
                new FileStream(zip, FileMode.Open, FileAccess.Read, FileShare.Read), ZipArchiveMode.Read, leaveOpen: false, Encoding.Latin1);
            CheckBounds(zip, archive);
            return archive;
        }
        catch (InvalidDataException)
        {
            archive?.Dispose();
            throw Refused(zip, "it is not a zip or it is damaged");
        }
        catch (HubProblemException)
        {
            archive?.Dispose();
            throw;
        }
    }

    private static void CheckBounds(string zip, ZipArchive archive)
    {
        if (archive.Entries.Count > MostEntries)
            throw Refused(zip, $"it has more than {MostEntries} entries");
        long total = 0;
        foreach (var entry in archive.Entries)
        {
            total += entry.Length;
            if (entry.Length < 0 || total > LargestTotal)
                throw Refused(zip, $"it unpacks to more than {LargestTotal >> 30} GiB");
            if (entry.Length > NoRatioBelow && entry.Length / Math.Max(1, entry.CompressedLength) > LargestRatio)
                throw Refused(zip, $"an entry is packed more than {LargestRatio} to one");
        }
    }

    private static string NameOf(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (name.Any(letter => letter > 0x7f) && name.All(letter => letter <= 0xff))
        {
            var bytes = Encoding.Latin1.GetBytes(name);
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            name = System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.GetEncoding("GB18030").GetString(bytes);
        }

        return name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    private static HubProblemException Refused(string zip, string why) => new(
        "file.zip", $"{Path.GetFileName(zip)} cannot be unpacked: {why}.", "Ask the sender to pack it again, or to send the files as they are.");

    private sealed class BoundedStream(Stream content, ZipArchive archive, long length, Func<Exception> tooLong) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read;
            try
            {
                read = content.Read(buffer);
            }
            catch (InvalidDataException)
            {
                throw tooLong();
            }

            if ((_read += read) > length)
                throw tooLong();
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
                archive.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
