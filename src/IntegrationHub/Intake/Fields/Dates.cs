namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Days (D6). A day is a <see cref="DateOnly"/> all the way: clocks and time zones move birthdays. A month without a day is
/// its last day and says so (R08); for a birth it is not enough. Two-digit years: a birth lies in the hundred years up to
/// the day of the file, any other date in the eighty years before it and the twenty after.
/// </summary>
internal static class Dates
{
    private const int EarliestYear = 1850;
    private const int YearsAhead = 20;
    private const int SerialDigits = 5;

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length == 8 && reading.Column.Order is null or "ymd" && TryPlain(text, out var plain))
            return Judge(ref reading, plain);
        if (reading.Column.Epoch is { } epoch && TrySerial(ref reading, text, epoch, out var counted))
            return Judge(ref reading, counted);
        Span<char> buffer = stackalloc char[Letters.Longest];
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        if (IsOpenEnd(text))
            return OpenEnd(ref reading);
        if (!DateText.TryRead(text, buffer, out var written))
            return reading.Refuse("date.invalid");
        if (written.WasFullWidth)
            reading.Repair("date.full_width");
        if (written.WasChinese)
            reading.Repair("date.chinese");
        if (written.Digits > 0)
            return OfDigits(ref reading, buffer[..written.Digits]);
        if (!written.IsIso)
            reading.Repair("date.separators");
        if (written.Time is not null)
        {
            // 2023-12-31T16:00:00Z is somebody's 1 January, and nobody can tell whether it was meant.
            if (written.Zone is not null)
                return reading.Refuse("date.invalid");
            reading.Repair("date.time_dropped");
        }

        return OfNumbers(ref reading, written);
    }

    public static bool IsBirth(LayoutColumn column) => column.Field.Contains("birth", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for words that say that something does not end.</summary>
    public static bool IsOpenEnd(ReadOnlySpan<char> text) => text is "长期" or "长期有效" or "至今" or "永久" or "无期限" or "不限";

    /// <summary>The full year of a two-digit one; 0 when the day of the file is not known.</summary>
    public static int FullYear(int year, bool isBirth, DateOnly? asOf)
    {
        if (asOf is not { } today)
            return 0;
        var latest = isBirth ? today.Year : today.Year + YearsAhead;
        var full = (latest / 100 * 100) + year;
        return full > latest ? full - 100 : full;
    }

    private static bool TryPlain(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        return text.IndexOfAnyExceptInRange('0', '9') < 0
            && Days.TryDate(Number(text[..4]), Number(text[4..6]), Number(text[6..]), out date)
            && date.Year is >= EarliestYear and < 9999;
    }

    // Five digits: fewer would be years, more would be months. A fraction is a time of day.
    private static bool TrySerial(ref Reading reading, ReadOnlySpan<char> text, int epoch, out DateOnly date)
    {
        date = default;
        var isWhole = text.Length == SerialDigits;
        if (text.Length < SerialDigits || text[..SerialDigits].IndexOfAnyExceptInRange('0', '9') >= 0
            || (!isWhole && (text[SerialDigits] != '.' || text[(SerialDigits + 1)..].IndexOfAnyExceptInRange('0', '9') >= 0))
            || !Days.TrySerial(Number(text[..SerialDigits]), epoch, out date))
        {
            return false;
        }

        reading.Repair("date.excel_serial");
        if (!isWhole)
            reading.Repair("date.time_dropped");
        return true;
    }

    private static FieldValue OfDigits(ref Reading reading, ReadOnlySpan<char> digits)
    {
        switch (digits.Length)
        {
            case 8 when reading.Column.Order is "mdy":
                return OfDay(ref reading, Number(digits[4..]), Number(digits[..2]), Number(digits[2..4]));
            case 8 when reading.Column.Order is "dmy":
                return OfDay(ref reading, Number(digits[4..]), Number(digits[2..4]), Number(digits[..2]));
            case 8:
                return OfDay(ref reading, Number(digits[..4]), Number(digits[4..6]), Number(digits[6..]));
            case 12 or 14 when Number(digits[8..10]) < 24 && Number(digits[10..12]) < 60 && (digits.Length == 12 || Number(digits[12..]) < 60):
                reading.Repair("date.time_dropped");
                return OfDay(ref reading, Number(digits[..4]), Number(digits[4..6]), Number(digits[6..8]));
            case 6 when Number(digits[..4]) is 0 or (>= EarliestYear and <= 2100) or 9999:
                return OfMonth(ref reading, Number(digits[..4]), Number(digits[4..]));
            case 6 when reading.Column.Order is null or "ymd":
                return OfShortYear(ref reading, Number(digits[..2]), Number(digits[2..4]), Number(digits[4..]));
            case 4 when Number(digits) is >= EarliestYear and <= 2100:
                return OfYear(ref reading, Number(digits));
            case 1 when digits[0] == '0':
                return reading.Absent("date.zero");
            default:
                return reading.Refuse("date.invalid");
        }
    }

    private static FieldValue OfNumbers(ref Reading reading, DateText written)
    {
        var (first, second, third) = (written.First, written.Second, written.Third);
        if (second.Length == 0)
            return first.Length == 4 ? OfYear(ref reading, first.Value) : reading.Refuse("date.invalid");
        if (third.Length == 0)
            return OfYearAndMonth(ref reading, written);
        if (first.Length == 4 && third.Length <= 2)
            return OfDay(ref reading, first.Value, second.Value, third.Value);
        var order = reading.Column.Order ?? "ymd";
        if (order == "ymd")
        {
            return first.Length == 2 && third.Length <= 2
                ? OfShortYear(ref reading, first.Value, second.Value, third.Value)
                : reading.Refuse("date.invalid");
        }

        if (first.Length > 2)
            return reading.Refuse("date.invalid");
        reading.Repair("date.order");
        var (month, day) = order == "mdy" ? (first.Value, second.Value) : (second.Value, first.Value);
        return third.Length switch
        {
            4 => OfDay(ref reading, third.Value, month, day),
            2 => OfShortYear(ref reading, third.Value, month, day),
            _ => reading.Refuse("date.invalid"),
        };
    }

    private static FieldValue OfYearAndMonth(ref Reading reading, DateText written)
    {
        var (year, month) = (written.First, written.Second);
        if (year.Length == 2 && written.Separator == '年')
        {
            reading.Repair("date.two_digit_year");
            return OfMonth(ref reading, FullYear(year.Value, Dates.IsBirth(reading.Column), reading.AsOf), month.Value);
        }

        // 2024.1 may be 2024.10 that went through a spreadsheet.
        var isLostZero = written.Separator == '.' && month is { Value: 1, Length: 1 };
        return year.Length == 4 && !isLostZero ? OfMonth(ref reading, year.Value, month.Value) : reading.Refuse("date.invalid");
    }

    private static FieldValue OfDay(ref Reading reading, int year, int month, int day)
    {
        if (IsZero(year, month, day))
            return reading.Absent("date.zero");
        if (year == 9999)
            return OpenEnd(ref reading);
        return Days.TryDate(year, month, day, out var date) ? Judge(ref reading, date) : reading.Refuse("date.invalid");
    }

    private static FieldValue OfShortYear(ref Reading reading, int year, int month, int day)
    {
        reading.Repair("date.two_digit_year");
        var full = FullYear(year, IsBirth(reading.Column), reading.AsOf);
        if (full == 0 || !Days.TryDate(full, month, day, out var date))
        {
            // 29 February of a year that has one only in the other century.
            return reading.Refuse("date.invalid");
        }

        return Judge(ref reading, IsBirth(reading.Column) && date > reading.AsOf ? date.AddYears(-100) : date);
    }

    private static FieldValue OfMonth(ref Reading reading, int year, int month)
    {
        if (year == 0 && month == 0)
            return reading.Absent("date.zero");
        if (year == 9999)
            return OpenEnd(ref reading);
        if (year is < EarliestYear or > 9999 || month is < 1 or > 12)
            return reading.Refuse("date.invalid");
        if (IsBirth(reading.Column))
            return reading.Refuse("date.imprecise");
        reading.Repair("date.month_only");
        return Judge(ref reading, Days.LastOf(year, month));
    }

    private static FieldValue OfYear(ref Reading reading, int year)
    {
        if (year == 9999)
            return OpenEnd(ref reading);
        if (year < EarliestYear)
            return reading.Refuse("date.invalid");
        if (IsBirth(reading.Column))
            return reading.Refuse("date.imprecise");
        reading.Repair("date.year_only");
        return Judge(ref reading, Days.LastOf(year, 12));
    }

    // A day that stands for «without end» is no day; where a day is required nothing can be open.
    private static FieldValue OpenEnd(ref Reading reading)
    {
        if (reading.Column.Required || IsBirth(reading.Column))
            return reading.Refuse("date.invalid");
        reading.Repair("date.open_end");
        return default;
    }

    // What databases and spreadsheets write for no date: their day nought.
    private static bool IsZero(int year, int month, int day) =>
        (year, month, day) is (0, 0, 0) or (1900, 1, 0) or (1900, 0, 0) or (1899, 12, 30) or (1899, 12, 31) or (1, 1, 1);

    private static FieldValue Judge(ref Reading reading, DateOnly date)
    {
        if (date.Year < EarliestYear)
            return reading.Refuse("date.invalid");
        return IsBirth(reading.Column) && date > reading.AsOf ? reading.Refuse("date.future_birth") : FieldValue.Of(date);
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }
}
