using System.Text;

namespace IntegrationHub.Intake;

/// <summary>
/// What a file turned out to be: which layout, encoding and separator its header fits, and where each column stands.
/// Everything that reads its rows goes by this, not by what the layout expected.
/// </summary>
internal sealed record FileShape
{
    public required SnapshotLayout Layout { get; init; }
    public required RowFormat Format { get; init; }
    public required TextForm Text { get; init; }
    public required char Separator { get; init; }

    /// <summary>Rows before the first row of data: titles and header.</summary>
    public required int RowsBefore { get; init; }
    public required HeaderMatch Header { get; init; }

    /// <summary>What is worth telling but stops nothing, as problem codes.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>
    /// True when rows cannot be cut from the original bytes: UTF-16, a separator of several bytes, or one that is also
    /// the second byte of a GB18030 character. Such a file is turned into UTF-8 on its way in.
    /// </summary>
    public bool IsTurned => IsTurnedFor(Text, Separator);

    /// <summary>The separator in the bytes that rows are cut from.</summary>
    public byte SeparatorByte => Separator < 0x80 ? (byte)Separator : (byte)Separators.StandIn;

    /// <summary>The encoding of the bytes that rows are cut from.</summary>
    public TextForm RowText => IsTurned ? TextForms.Utf8 : Text;

    /// <summary>The letter that <see cref="Separators.StandIn"/> stands for inside quotes; null when it stands for none.</summary>
    public char? StoodFor => Separator < 0x80 ? null : Separator;

    /// <summary>The bytes that rows are cut from.</summary>
    public Stream Open(Stream content) => IsTurned ? new TurnedContent(content, Text.Lenient, Separator) : content;

    public static bool IsTurnedFor(TextForm text, char separator) =>
        text == TextForms.Utf16Le || text == TextForms.Utf16Be || separator >= 0x80 || (text == TextForms.Gb18030 && separator >= 0x40);

    /// <summary>The shape of an adapter's JSON lines: always UTF-8, every column by its name.</summary>
    public static FileShape OfJson(SnapshotLayout layout) => new()
    {
        Layout = layout,
        Format = RowFormat.JsonLines,
        Text = TextForms.Utf8,
        Separator = '\0', // no field can start behind it, so no quote can hold a line end
        RowsBefore = 0,
        Header = new HeaderMatch([.. Enumerable.Range(0, layout.Columns.Count)], [], [], [], [], layout.Columns.Count),
    };
}

/// <summary>Turns a file into UTF-8 while it is read; what cannot be decoded becomes U+FFFD, which costs its row only.</summary>
internal sealed class TurnedContent(Stream source, Encoding encoding, char separator) : Stream
{
    private const int Block = 1 << 16;
    private readonly Decoder _decoder = encoding.GetDecoder();
    private readonly byte[] _bytes = new byte[Block];
    private readonly char[] _chars = new char[Block + 16];
    private readonly byte[] _turned = new byte[(Block + 16) * 3];
    private char _half;
    private int _start;
    private int _end;
    private bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_start == _end)
        {
            if (_ended)
                return 0;
            Turn();
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _turned.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
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
            source.Dispose();
        base.Dispose(disposing);
    }

    private void Turn()
    {
        var read = source.ReadAtLeast(_bytes, Block / 2, throwOnEndOfStream: false);
        _ended = read < Block / 2;
        var kept = _half == 0 ? 0 : 1;
        if (kept == 1)
            _chars[0] = _half;
        _half = '\0';
        var count = kept + _decoder.GetChars(_bytes.AsSpan(0, read), _chars.AsSpan(kept), flush: _ended);
        if (!_ended && count > 0 && char.IsHighSurrogate(_chars[count - 1]))
            _half = _chars[--count]; // its second half is in the next block
        var text = _chars.AsSpan(0, count);
        if (separator >= 0x80)
            text.Replace(separator, Separators.StandIn);
        _start = 0;
        _end = Encoding.UTF8.GetBytes(text, _turned);
    }
}
