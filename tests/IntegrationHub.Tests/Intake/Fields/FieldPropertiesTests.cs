using CsCheck;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Intake.Fields;

namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>What holds for any text at all: nothing throws, a second reading changes nothing, nothing wrong gets in.</summary>
public sealed class FieldPropertiesTests
{
    private const string Telling =
        "0123456789xX×ХE+-.,/年月日 \t\u3000\u200b'=\"（）()￥元万分角零壹贰拾佰仟亿整一二十廿〇张三李已故曾用名代领某·・|、9999190041Oo*#全年长期";

    public static TheoryData<string> Forms =>
        ["text", "name", "residentId", "code", "division", "date", "month", "dateTime", "money", "integer", "yesNo", "list", "phone", "sha256"];

    // Any UTF-16 at all, halves of letters included; and text made of what means something to one form or another.
    private static readonly Gen<string> s_any = Gen.Char['\0', '\uffff'].Array[0, 120].Select(letters => new string(letters));
    private static readonly Gen<string> s_telling = Gen.Char[Telling].Array[0, 24].Select(letters => new string(letters));
    private static readonly Gen<string> s_long = Gen.Select(Gen.Char[Telling], Gen.Int[100, 5_000], (letter, count) => new string(letter, count));
    private static readonly Gen<string> s_text = Gen.Frequency((4, s_any), (8, s_telling), (1, s_long));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Nothing_throws_and_a_value_comes_without_a_problem(string form) => s_text.Sample(text =>
    {
        foreach (var column in ColumnsOf(form))
        {
            var value = FieldForms.Read(column, text, Cell.AsOf, out var problem, out var rule);
            if (problem is not null && (rule is not null || !value.IsAbsent))
                return false;
            if (value.IsAbsent && column.Required && problem is null)
                return false;
        }

        return true;
    }, iter: 20_000);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Reading_what_was_read_changes_nothing_and_repairs_nothing(string form) => s_text.Sample(text =>
    {
        var column = ColumnsOf(form)[0];
        var value = FieldForms.Read(column, text, Cell.AsOf, out _, out _);
        if (value.IsAbsent)
            return true;
        var written = FieldText.Of(value);
        var again = FieldForms.Read(column, written, Cell.AsOf, out var problem, out var rule);
        return problem is null && FieldText.Of(again) == written && Lasting(rule);
    }, iter: 20_000);

    [Fact]
    public void An_id_that_is_taken_is_valid() => Ids.Sample(text =>
        Read("residentId", text) is not string id || (ResidentId.TryParse(id, out var parsed) && parsed.BornOn <= Cell.AsOf && !id.EndsWith("000", StringComparison.Ordinal)),
        iter: 50_000);

    [Fact]
    public void An_id_never_gets_other_digits() => Ids.Sample(text =>
        Read("residentId", text) is not string id
        || FieldForms.Read(Cell.Column("residentId"), text, Cell.AsOf, out _, out var rule).IsAbsent
        || rule?.Contains("15_to_18", StringComparison.Ordinal) == true
        || rule?.Contains("letter_digit", StringComparison.Ordinal) == true
        || Digits(text).StartsWith(Digits(id), StringComparison.Ordinal),
        iter: 50_000);

    [Fact]
    public void Every_single_wrong_digit_of_an_id_is_still_refused() =>
        Gen.Select(Gen.Int[0, 36_000], Gen.Int[1, 999], Gen.Int[0, 16], Gen.Int[1, 9]).Sample((day, serial, at, by) =>
        {
            var body = $"410499{new DateOnly(1925, 1, 1).AddDays(day):yyyyMMdd}{serial:000}";
            var id = (body + ResidentId.CheckCharacterFor(body)).ToCharArray();
            id[at] = (char)('0' + ((id[at] - '0' + by) % 10));
            return Read("residentId", new string(id)) is null;
        });

    [Fact]
    public void An_amount_that_is_taken_has_two_decimals_and_fits_its_column() => s_text.Sample(text =>
        Read("money", text) is not decimal amount || (decimal.Round(amount, 2) == amount && Math.Abs(amount) <= 999_999_999_999.99m),
        iter: 50_000);

    [Fact]
    public void An_amount_written_plainly_is_read_exactly() => Gen.Long[0, 99_999_999_999_999].Sample(fen =>
        Read("money", $"{fen / 100}.{fen % 100:00}") is decimal amount && amount == fen / 100m);

    [Fact]
    public void An_amount_in_words_is_the_amount_in_digits() => Gen.Int[1, 99_999_999].Sample(fen =>
        Read("money", InWords(fen)) is decimal amount && amount == fen / 100m, iter: 20_000);

    [Fact]
    public void A_date_that_is_taken_is_a_day_people_live_in() => s_text.Sample(text =>
        Read("date", text) is not DateOnly date || date.Year is >= 1850 and <= 9999, iter: 50_000);

    [Fact]
    public void Every_day_is_read_in_every_form() => Gen.Int[0, 60_000].Sample(days =>
    {
        var day = new DateOnly(1900, 1, 1).AddDays(days);
        string[] written =
        [
            $"{day:yyyyMMdd}", $"{day:yyyy-MM-dd}", $"{day.Year}/{day.Month}/{day.Day}", $"{day.Year}.{day.Month}.{day.Day}",
            $"{day.Year}年{day.Month}月{day.Day}日", $"{day:yyyy-MM-dd} 23:59:59",
        ];
        return written.All(text => Read("date", text) is DateOnly read && read == day);
    });

    [Fact]
    public void A_name_gains_no_letter() => s_text.Sample(text =>
        Read("name", text) is not string name
        || name.All(letter => letter == '·' || letter == ' ' || text.Contains(letter) || text.Any(one => NameLetters.FromPrivateUse(one) != 0)),
        iter: 50_000);

    [Fact]
    public void A_name_is_degraded_exactly_when_it_cannot_be_compared() => s_text.Sample(text =>
    {
        var value = FieldForms.Read(Cell.Column("name"), text, Cell.AsOf, out _, out var rule);
        return value.IsAbsent
            || PersonNames.CanBeCompared(value.Reference<string>() ?? "")
            || rule?.Contains(Names.Degraded, StringComparison.Ordinal) == true;
    }, iter: 50_000);

    [Fact]
    public void A_division_that_is_taken_is_whole() => s_text.Sample(text =>
        Read("division", text) is not string code || (code.Length is 4 or 6 or 9 or 12 && code.All(char.IsAsciiDigit)), iter: 50_000);
    private static Gen<string> Ids => Gen.Frequency(
        (1, s_telling),
        (4, Gen.Select(Gen.Int[0, 36_000], Gen.Int[1, 999], Gen.Int[0, 20], Gen.Char["0123456789xX×Оl *\u200b０"], (day, serial, at, letter) =>
        {
            var body = $"410499{new DateOnly(1930, 1, 1).AddDays(day):yyyyMMdd}{serial:000}";
            return (body + ResidentId.CheckCharacterFor(body)).Insert(Math.Min(at, 18), letter.ToString());
        })),
        (1, Gen.Char["0123456789"].Array[14, 20].Select(digits => new string(digits))));

    // A degraded name stays one, and a month alone is a day the second time.
    private static bool Lasting(string? rule) => rule is null or Names.Degraded;

    private static object? Read(string form, string text) =>
        FieldForms.Read(Cell.Column(form), text, Cell.AsOf, out _, out _).Boxed();

    private static LayoutColumn[] ColumnsOf(string form) => form switch
    {
        "code" or "list" => [Cell.Column(form, codes: "ZY ZX 110"), Cell.Column(form), Cell.Column(form, codes: "110=LI1", required: true)],
        "date" =>
        [
            Cell.Column(form), Cell.Column(form, "birth"), Cell.Column(form, required: true) with { Epoch = 1900 },
            Cell.Column(form) with { Order = "mdy", Epoch = 1904 }, Cell.Column(form) with { Order = "dmy" },
        ],
        "money" => [Cell.Column(form), Cell.Column(form) with { Unit = "fen" }, Cell.Column(form, required: true) with { Unit = "wan" }],
        _ => [Cell.Column(form), Cell.Column(form, required: true) with { MaxLength = 30 }],
    };

    private static string Digits(string text) =>
        new([.. text.Select(letter => letter is >= '０' and <= '９' ? (char)(letter - '０' + '0') : letter).Where(char.IsAsciiDigit)]);

    private static string InWords(int fen)
    {
        const string Numerals = "零壹贰叁肆伍陆柒捌玖";
        var (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
        var words = yuan == 0 ? "" : Whole(yuan) + "元";
        if (jiao > 0)
            words += $"{Numerals[jiao]}角";
        else if (rest > 0 && yuan > 0)
            words += "零";
        return rest > 0 ? words + $"{Numerals[rest]}分" : words + "整";

        string Whole(int number)
        {
            if (number < 10_000)
                return Section(number);
            var low = number % 10_000;
            return $"{Section(number / 10_000)}万{(low == 0 ? "" : low < 1_000 ? "零" + Section(low) : Section(low))}";
        }

        string Section(int number)
        {
            var text = "";
            var gap = false;
            foreach (var (size, unit) in new[] { (1_000, "仟"), (100, "佰"), (10, "拾"), (1, "") })
            {
                var digit = number / size % 10;
                if (digit == 0)
                {
                    gap = text.Length > 0;
                    continue;
                }

                text += (gap ? "零" : "") + Numerals[digit] + unit;
                gap = false;
            }

            return text;
        }
    }
}
