using System.Text;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

/// <summary>Makes files as a province sends them and breaks them the ways files are broken. The same seed, the same file.</summary>
internal sealed class FuzzFile(int seed)
{
    private const int LongestField = 2_500_000;

    private static readonly string[] s_dirt =
    [
        "", " ", "-", "无", "NULL", "\"", "\"\"", "=\"410499197605121035\"", "'410499197605121035", "4.10499E+17", "410499********1035",
        "41042319620909001×", "张 三", "张三/李四", "张三(已故)", "刘\ue863", "刘□", "二〇二四年一月一日", "45292", "0000-00-00", "9999-12-31", "1/2/24",
        "1,234.50", "￥1.2万元", "壹仟元整", "1199.9999999", "农村低保", "五保", "鲁山县", "410401", "410423000000", "\0", "\ufeff", "𬱖", "合计", ",", "|",
        "第一行\n第二行", "\t", "=cmd|' /C calc'!A0",
    ];

    private readonly Random _random = new(seed);

    public static byte[] Header(SnapshotLayout layout) =>
        Encoding.GetEncoding("GB18030").GetBytes($"{string.Join(',', layout.Columns.Select(column => column.Name))}\r\n");

    public byte[] Make(SnapshotLayout layout)
    {
        var text = new StringBuilder(string.Join(',', layout.Columns.Select(column => column.Name))).Append("\r\n");
        for (var rows = _random.Next(0, 25); rows > 0; rows--)
            text.AppendJoin(',', layout.Columns.Select(Cell)).Append("\r\n");
        return Encoding.GetEncoding("GB18030").GetBytes(text.ToString());
    }

    /// <summary>The file after one to six mishaps.</summary>
    public byte[] Break(byte[] file)
    {
        for (var mishaps = _random.Next(1, 7); mishaps > 0; mishaps--)
            file = BreakOnce(file);
        return file;
    }

    private byte[] BreakOnce(byte[] file)
    {
        var at = _random.Next(0, file.Length + 1);
        var length = _random.Next(0, Math.Min(file.Length - at, 200) + 1);
        return _random.Next(0, 14) switch
        {
            0 => Flip(file),
            1 => [.. file[..at], .. file[(at + length)..]],
            2 => [.. file[..(at + length)], .. file[at..]],
            3 => [.. file, .. file],
            4 => file[..at],
            5 => Recode(file),
            6 => Insert(file, at, "\""u8),
            7 => Insert(file, at, new byte[_random.Next(1, 5)]),
            8 => Insert(file, at, Enumerable.Repeat((byte)_random.Next(256), Huge()).ToArray()),
            9 => Array.ConvertAll(file, value => value == (byte)',' && _random.Next(3) == 0 ? (byte)'\t' : value),
            10 => Insert(file, at, _random.Next(2) == 0 ? "\n"u8 : "\r\n"u8),
            11 => Insert(file, at, Noise()),
            12 => [.. "\ufeff"u8, .. file],
            _ => Insert(file, at, Encoding.GetEncoding("GB18030").GetBytes($",{Dirt()},")),
        };
    }

    private byte[] Flip(byte[] file)
    {
        var flipped = (byte[])file.Clone();
        for (var flips = file.Length == 0 ? 0 : _random.Next(1, 20); flips > 0; flips--)
            flipped[_random.Next(file.Length)] ^= (byte)(1 << _random.Next(8));
        return flipped;
    }

    // What happens between offices: read in one encoding, saved in another.
    private byte[] Recode(byte[] file)
    {
        Encoding[] encodings = [Encoding.UTF8, Encoding.GetEncoding("GB18030"), Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.Latin1];
        var text = encodings[_random.Next(2)].GetString(file);
        return file.Length > LongestField ? file : encodings[_random.Next(encodings.Length)].GetBytes(text);
    }

    private byte[] Noise()
    {
        var noise = new byte[_random.Next(1, 100)];
        _random.NextBytes(noise);
        return noise;
    }

    // Mostly beyond what a field may hold; sometimes beyond what a row may be.
    private int Huge() => _random.Next(0, 200) == 0 ? _random.Next(100_000, LongestField) : _random.Next(100, 20_000);

    private static byte[] Insert(byte[] file, int at, ReadOnlySpan<byte> inserted) => [.. file[..at], .. inserted, .. file[at..]];

    private string Dirt() => s_dirt[_random.Next(s_dirt.Length)];

    private string Cell(LayoutColumn column)
    {
        if (_random.Next(12) == 0)
            return Quoted(Dirt());
        var day = new DateOnly(1950, 1, 1).AddDays(_random.Next(0, 25_000));
        return column.Form switch
        {
            "residentId" => Id(day),
            "date" => $"{day:yyyyMMdd}",
            "month" => $"{day:yyyyMM}",
            "dateTime" => $"{day:yyyyMMdd}093000",
            "money" => $"{_random.Next(0, 100_000)}.{_random.Next(0, 100):00}",
            "integer" => $"{_random.Next(1, 9)}",
            "yesNo" => "是",
            "division" => "410499",
            "sha256" => new string('a', 64),
            _ when column.Codes is { } codes => codes.Keys[_random.Next(codes.Count)],
            "name" => "示例",
            _ => Quoted($"{column.Field}-{_random.Next(0, 40)}"),
        };
    }

    private string Id(DateOnly day)
    {
        var body = $"410499{day:yyyyMMdd}{_random.Next(1, 1_000):000}";
        return body + ResidentId.CheckCharacterFor(body);
    }

    private string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\n") >= 0 || _random.Next(10) == 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
