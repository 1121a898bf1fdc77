using System.Buffers;
using System.Text;

namespace Mocks.ProvincialPlatform.Files;

/// <summary>Turns rows into GB18030 lines: comma, CRLF, quotes where RFC 4180 needs them.</summary>
internal sealed class CsvLines
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")
        ?? throw new NotSupportedException("GB18030 is not available on this machine.");

    private readonly StringBuilder _line = new();
    private char[] _chars = new char[1_024];

    public void WriteHeader(RowType type, IBufferWriter<byte> output)
    {
        _line.Clear().AppendJoin(',', type.Columns);
        Encode(output);
    }

    public void Write(RowBuffer row, IBufferWriter<byte> output)
    {
        _line.Clear();
        for (var i = 0; i < row.Count; i++)
        {
            if (i > 0)
                _line.Append(',');
            var field = row[i];
            if (field.ContainsAny(NeedQuotes))
                _line.Append('"').Append(field.ToString().Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else
                _line.Append(field);
        }

        Encode(output);
    }

    private void Encode(IBufferWriter<byte> output)
    {
        _line.Append("\r\n");
        if (_line.Length > _chars.Length)
            _chars = new char[_line.Length * 2];
        _line.CopyTo(0, _chars, _line.Length);
        var chars = _chars.AsSpan(0, _line.Length);
        var room = output.GetSpan(Gb18030.GetMaxByteCount(chars.Length));
        output.Advance(Gb18030.GetBytes(chars, room));
    }
}
