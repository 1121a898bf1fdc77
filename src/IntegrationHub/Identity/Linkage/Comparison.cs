namespace IntegrationHub.Identity.Linkage;

/// <summary>The fields of a comparison, in the order of <see cref="Comparison"/>.</summary>
internal enum Field
{
    Name,
    Birth,
    Sex,
    Division,
    Phone,
    Household,
    Id,
}

/// <summary>Level 0 of every field says that there was nothing to compare: it counts neither for nor against.</summary>
internal enum NameLevel
{
    Missing,
    Exact,

    /// <summary>One letter differs in a name of three or more.</summary>
    OneLetter,

    /// <summary>One letter differs in a name of two: little more than the same surname.</summary>
    OneLetterOfTwo,
    Similar,

    /// <summary>A letter is lost in one of them, and the rest agrees.</summary>
    Degraded,
    Different,
}

internal enum BirthLevel
{
    Missing,
    Exact,
    DayAndMonthSwapped,
    OneDigit,
    YearOff,
    Different,
}

internal enum SexLevel
{
    Missing,
    Same,
    Different,
}

internal enum DivisionLevel
{
    Missing,
    SameTownship,
    SameCounty,
    SameCity,
    Different,
}

internal enum PhoneLevel
{
    Missing,
    Same,
    Different,
}

internal enum HouseholdLevel
{
    Missing,
    Same,
    Different,
}

internal enum IdLevel
{
    Missing,

    /// <summary>The same number, one of them known by fifteen digits only.</summary>
    Same,
    OneOff,
    Transposed,

    /// <summary>Apart in the sequence digits only: a corrected number, or twins.</summary>
    Tail,
    Different,
}

/// <summary>What a comparison of two profiles found: a level for each field, and no value. Packed, because there are millions.</summary>
internal readonly record struct Comparison(int Packed)
{
    private const int Bits = 4;

    public static readonly int[] LevelsOf = [7, 6, 3, 5, 3, 3, 6];

    private static readonly Func<int, string>[] s_names =
    [
        level => ((NameLevel)level).ToString(), level => ((BirthLevel)level).ToString(), level => ((SexLevel)level).ToString(),
        level => ((DivisionLevel)level).ToString(), level => ((PhoneLevel)level).ToString(),
        level => ((HouseholdLevel)level).ToString(), level => ((IdLevel)level).ToString(),
    ];

    public static Comparison Of(
        NameLevel name, BirthLevel birth, SexLevel sex, DivisionLevel division, PhoneLevel phone, HouseholdLevel household,
        IdLevel id) =>
        Of((int)name, (int)birth, (int)sex, (int)division, (int)phone, (int)household, (int)id);

    public static Comparison Of(params ReadOnlySpan<int> levels)
    {
        var packed = 0;
        for (var field = 0; field < levels.Length; field++)
            packed |= levels[field] << (field * Bits);
        return new Comparison(packed);
    }

    public NameLevel Name => (NameLevel)this[Field.Name];
    public BirthLevel Birth => (BirthLevel)this[Field.Birth];
    public SexLevel Sex => (SexLevel)this[Field.Sex];
    public DivisionLevel Division => (DivisionLevel)this[Field.Division];
    public PhoneLevel Phone => (PhoneLevel)this[Field.Phone];
    public HouseholdLevel Household => (HouseholdLevel)this[Field.Household];
    public IdLevel Id => (IdLevel)this[Field.Id];

    public int this[Field field] => (Packed >> ((int)field * Bits)) & ((1 << Bits) - 1);

    /// <summary>The explanation that is stored: codes such as <c>NAME:EXACT</c>, without a value of anyone.</summary>
    public IReadOnlyList<string> Codes()
    {
        var packed = this;
        return [.. Enum.GetValues<Field>().Select(field => $"{Code(field.ToString())}:{Code(s_names[(int)field](packed[field]))}")];
    }

    private static string Code(string name) => string.Concat(
        name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
