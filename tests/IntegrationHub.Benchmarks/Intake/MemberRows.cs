using System.Globalization;
using System.Text;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// The rows of a member file: households of three, invented names, id numbers in the unallocated area 410499 with a
/// valid check character, no two alike.
/// </summary>
internal sealed class MemberRows(Encoding encoding)
{
    private const ulong NameSeed = 1;
    private const ulong TraitSeed = 2;
    private const int Days = 32_749; // prime, so that steps of 7919 days meet every birth date before one comes again
    private const int DaysStep = 7_919;

    private static readonly DateOnly s_firstBirth = new(1934, 1, 1);
    private static readonly byte[][] s_relations = ["02"u8.ToArray(), "10"u8.ToArray(), "20"u8.ToArray()];

    // Neighbours differ, so that a changed row is another row. 64: a bodily disability, with a card.
    private static readonly int[] s_healths = [10, 20, 10, 30, 10, 20, 10, 64, 10, 30, 10, 65, 30, 20];

    private readonly byte[][] _surnames = BytesOf("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧", encoding);
    private readonly byte[][] _given =
        BytesOf("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文斌梅志春秋晓燕辉玲丹萍鹏飞䶮", encoding);

    public void Write(RowBytes row, int index, bool changed)
    {
        var traits = Dice.Roll(TraitSeed, index);
        Span<byte> id = stackalloc byte[18];
        WriteId(id, index);
        row.Add("JT410423"u8).Add((index / 3) + 1, 8).NextCell();
        AddName(row, index);
        row.Add(id).NextCell();
        row.Add(s_relations[index % 3]).NextCell();
        row.Add(id[16] % 2 == 1 ? "1"u8 : "2"u8).NextCell();
        row.Add(id[6..14]).NextCell();
        AddTraits(row, id, traits, changed);
        row.EndRow();
    }

    private void AddName(RowBytes row, int index)
    {
        var household = Dice.Roll(NameSeed, -1 - (index / 3));
        var person = Dice.Roll(NameSeed, index);
        row.Add(Pick(_surnames, household)).Add(Pick(_given, person));
        if ((person >> 48) % 8 != 0)
            row.Add(Pick(_given, person >> 16));
        row.NextCell();
    }

    private static void AddTraits(RowBytes row, ReadOnlySpan<byte> id, ulong traits, bool changed)
    {
        var health = Pick(s_healths, traits + (changed ? 1u : 0u));
        row.Add(health, 2).NextCell();
        if (health >= 60)
            row.Add(id).Add(health % 10, 1).Add((int)((traits >> 8) % 4) + 1, 1);
        row.NextCell().Add((int)((traits >> 16) % 3) + 1, 1).NextCell();
        if ((traits >> 24) % 5 == 0)
            row.Add("ES2"u8);
    }

    private static void WriteId(Span<byte> id, int index)
    {
        Span<char> number = stackalloc char[18];
        "410499".CopyTo(number);
        var birth = s_firstBirth.AddDays((int)((long)index * DaysStep % Days));
        birth.TryFormat(number[6..], out _, "yyyyMMdd", CultureInfo.InvariantCulture);
        var round = index / Days;
        var serial = 1 + round + (round / 99); // never a multiple of 100: its tail could look like a spreadsheet's 000
        serial.TryFormat(number[14..], out _, "000", CultureInfo.InvariantCulture);
        number[17] = ResidentId.CheckCharacterFor(number[..17]);
        Encoding.ASCII.GetBytes(number, id);
    }

    private static T Pick<T>(T[] values, ulong roll) => values[roll % (ulong)values.Length];

    private static byte[][] BytesOf(string letters, Encoding encoding) =>
        [.. letters.Select(letter => encoding.GetBytes([letter]))];
}
