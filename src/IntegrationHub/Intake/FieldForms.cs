using System.Globalization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Intake;

/// <summary>
/// How the text of a field becomes a value, by the form its layout names. Pure: a value, or a problem code of
/// <c>contracts/codes/problem-code.csv</c>; never an exception, never the text in the answer.
/// </summary>
internal static class FieldForms
{
    private static readonly string[] DateForms = ["yyyyMMdd", "yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日"];

    private const decimal LargestMoney = 999_999_999_999.99m;

    /// <summary>The value, or null with <paramref name="problem"/> set when it cannot be one.</summary>
    public static object? Read(LayoutColumn column, string text, out string? problem)
    {
        problem = null;
        var value = text.Trim().Trim('\u3000', '\ufeff', '\u200b');
        if (value.Length == 0)
        {
            problem = column.Required ? "field.required" : null;
            return null;
        }

        if (column.MaxLength is { } longest && value.Length > longest)
        {
            problem = "field.too_long";
            return null;
        }

        return column.Form switch
        {
            "text" => value,
            "sha256" => value,
            "code" => Code(column, value, out problem),
            "residentId" => ResidentIdOf(value, out problem),
            "date" => Date(value, out problem),
            "month" => Month(value, out problem),
            "dateTime" => Instant(value, out problem),
            "money" => Money(value, out problem),
            "integer" => Integer(value, out problem),
            "yesNo" => YesNo(value, out problem),
            "list" => List(column, value, out problem),
            _ => throw new InvalidOperationException($"Column {column.Name} has the unknown form {column.Form}."),
        };
    }

    internal static string? ResidentIdOf(string value, out string? problem)
    {
        var repaired = RepairId(value);
        problem = repaired.Length != 18 ? "id.length"
            : repaired.EndsWith("000", StringComparison.Ordinal) ? "id.mangled" // a spreadsheet's 15 digits; 1 in 11 passes the checksum
            : !ResidentId.HasValidChecksum(repaired) ? "id.checksum"
            : !ResidentId.TryParse(repaired, out _) ? "id.birth"
            : null;
        return problem is null ? repaired : null;
    }

    /// <summary>Full-width digits, every kind of x, spaces and the spreadsheet apostrophe (D4). NFKC would miss × and Cyrillic Х.</summary>
    internal static string RepairId(string value)
    {
        Span<char> repaired = stackalloc char[Math.Min(value.Length, 64)];
        var length = 0;
        foreach (var letter in value.AsSpan(0, repaired.Length))
        {
            switch (letter)
            {
                case ' ' or '\t' or '\'' or '\u3000' or '\u00a0' or '\u200b' or '‘' or '’':
                    break;
                case >= '０' and <= '９':
                    repaired[length++] = (char)(letter - '０' + '0');
                    break;
                case 'x' or 'Ｘ' or 'ｘ' or '×' or 'Х' or 'х' or '*' when length == 17:
                    repaired[length++] = 'X';
                    break;
                default:
                    repaired[length++] = letter;
                    break;
            }
        }

        return new string(repaired[..length]);
    }

    private static string? Code(LayoutColumn column, string value, out string? problem)
    {
        problem = null;
        if (column.Codes is null)
            return value;
        if (column.Codes.TryGetValue(value, out var code))
            return code;
        problem = "code.unknown"; // never silently «other» (R07)
        return null;
    }

    private static object? Date(string value, out string? problem)
    {
        problem = DateOnly.TryParseExact(value, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= 1850 and <= 9999 ? null : "date.invalid";
        return problem is null ? date : null;
    }

    private static string? Month(string value, out string? problem)
    {
        var digits = value.Replace("-", "", StringComparison.Ordinal);
        problem = digits.Length == 6
            && DateOnly.TryParseExact($"{digits}01", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? null : "month.invalid";
        return problem is null ? digits : null;
    }

    private static object? Instant(string value, out string? problem)
    {
        problem = DateTime.TryParseExact(value, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? null : "date.invalid";
        return problem is null ? HubCalendar.InstantOf(local) : null;
    }

    private static object? Money(string value, out string? problem)
    {
        problem = decimal.TryParse(
                value.Replace(",", "", StringComparison.Ordinal),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && Math.Abs(amount) <= LargestMoney && decimal.Round(amount, 2) == amount ? null : "money.invalid";
        return problem is null ? amount : null;
    }

    private static object? Integer(string value, out string? problem)
    {
        problem = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? null : "integer.invalid";
        return problem is null ? number : null;
    }

    private static object? YesNo(string value, out string? problem)
    {
        problem = value is "是" or "否" ? null : "code.unknown";
        return problem is null ? value == "是" : null;
    }

    private static string[]? List(LayoutColumn column, string value, out string? problem)
    {
        problem = null;
        var cells = value.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var codes = column.Codes is null ? cells : Array.ConvertAll(cells, cell => column.Codes.GetValueOrDefault(cell, ""));
        if (codes.Contains(""))
            problem = "code.unknown";
        return problem is null ? codes : null;
    }
}
