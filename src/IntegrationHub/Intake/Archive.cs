using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using IntegrationHub.Protection;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Crypto.Digests;

namespace IntegrationHub.Intake;

public sealed class ArchiveOptions
{
    /// <summary>Folder of the sealed originals.</summary>
    [Required]
    public string Folder { get; init; } = "";
}

[OptionsValidator]
internal sealed partial class ArchiveOptionsValidator : IValidateOptions<ArchiveOptions>;

/// <summary>What was archived: where, how long, and the digests a manifest may name (lower-case hex).</summary>
public sealed record Archived(string Reference, long Length, string Sha256, string? Sm3);

/// <summary>
/// Keeps every delivered byte before anyone believes it: sealed in frames of one mebibyte, named by the SHA-256 of the
/// plain content, so that the same content is kept once and a changed one can never take its place.
/// </summary>
public sealed class Archive(Keyring keyring, IOptions<ArchiveOptions> options)
{
    private const int FrameSize = 1 << 20;
    private const int SizeField = 4;
    private static readonly int SealedFrameSize = FrameSize + Sealer.Overhead;

    /// <summary>Copies the content in and returns its name. SM3 (GB/T 32905) is computed when the manifest asks for it.</summary>
    public async Task<Archived> Keep(Stream content, bool withSm3, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Value.Folder);
        var temporary = Path.Combine(options.Value.Folder, $"{Guid.CreateVersion7():N}.part");
        try
        {
            var archived = await Write(content, temporary, withSm3, cancellationToken);
            File.Move(temporary, PathOf(archived.Reference), overwrite: true);
            return archived;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The plain content again, read and opened frame by frame.</summary>
    public Stream Open(string reference) => new FrameStream(PathOf(reference), keyring);

    /// <summary>True while the file is kept.</summary>
    public bool Holds(string reference) => File.Exists(PathOf(reference));

    /// <summary>Deletes a file whose time is over; false if it is gone already.</summary>
    public bool Delete(string reference)
    {
        if (!Holds(reference))
            return false;
        File.Delete(PathOf(reference));
        return true;
    }

    /// <summary>The names of files written before an instant.</summary>
    public IReadOnlyList<string> WrittenBefore(DateTimeOffset instant) => !Directory.Exists(options.Value.Folder)
        ? []
        : [
            .. new DirectoryInfo(options.Value.Folder).EnumerateFiles()
                .Where(file => file.LastWriteTimeUtc < instant.UtcDateTime).Select(file => file.Name),
        ];

    /// <summary>True if these bytes stand anywhere in the plain content.</summary>
    public bool Says(string reference, ReadOnlySpan<byte> sought)
    {
        using var content = Open(reference);
        var window = new byte[(1 << 16) + sought.Length];
        var kept = 0;
        for (int read; (read = content.Read(window, kept, window.Length - kept)) > 0;)
        {
            var filled = kept + read;
            if (window.AsSpan(0, filled).IndexOf(sought) >= 0)
                return true;
            kept = Math.Min(sought.Length - 1, filled);
            window.AsSpan(filled - kept, kept).CopyTo(window);
        }

        return false;
    }

    private async Task<Archived> Write(Stream content, string file, bool withSm3, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sm3 = withSm3 ? new SM3Digest() : null;
        var frame = new byte[FrameSize];
        var sealedFrame = new byte[SizeField + SealedFrameSize];
        long length = 0;
        await using (var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true))
        {
            int read;
            while ((read = await content.ReadAtLeastAsync(frame, FrameSize, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                sha256.AppendData(frame, 0, read);
                sm3?.BlockUpdate(frame, 0, read);
                var size = read + Sealer.Overhead;
                BinaryPrimitives.WriteInt32LittleEndian(sealedFrame, size);
                keyring.SealForStore(frame.AsSpan(0, read), sealedFrame.AsSpan(SizeField, size));
                await target.WriteAsync(sealedFrame.AsMemory(0, SizeField + size), cancellationToken);
                length += read;
            }

            target.Flush(flushToDisk: true); // a commit that names this file must find it after a power cut
        }

        var digest = Convert.ToHexStringLower(sha256.GetHashAndReset());
        return new Archived(digest, length, digest, sm3 is null ? null : Finish(sm3));
    }

    private static string Finish(SM3Digest digest)
    {
        var result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result, 0);
        return Convert.ToHexStringLower(result);
    }

    private string PathOf(string reference) => Path.Combine(options.Value.Folder, reference);

    private sealed class FrameStream(string file, Keyring keyring) : Stream
    {
        private readonly FileStream _source = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        private readonly byte[] _size = new byte[SizeField];
        private readonly byte[] _sealed = new byte[SealedFrameSize];
        private readonly byte[] _frame = new byte[FrameSize];
        private int _length;
        private int _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_position == _length && !NextFrame())
                return 0;
            var count = Math.Min(buffer.Length, _length - _position);
            _frame.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
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
                _source.Dispose();
            base.Dispose(disposing);
        }

        private bool NextFrame()
        {
            if (_source.ReadAtLeast(_size, SizeField, throwOnEndOfStream: false) < SizeField)
                return false;
            var length = BinaryPrimitives.ReadInt32LittleEndian(_size);
            if (length <= 0 || length > SealedFrameSize)
                throw new InvalidDataException("The archived file is damaged.");
            var sealedFrame = _sealed.AsSpan(0, length);
            _source.ReadExactly(sealedFrame);
            _length = keyring.OpenFromStore(sealedFrame, _frame);
            _position = 0;
            return true;
        }
    }
}
