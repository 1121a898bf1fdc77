using System.Text.Json.Serialization;

namespace IntegrationHub.Policy;

/// <summary>When two aids may be help for the same thing, and which aid of the government counts for which need (R03, R33, R41).</summary>
public sealed record AidRules
{
    /// <summary>The needs a government payment of a category may be meant for; a category left out is a living allowance and for none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> GovKinds { get; init; } =
        new Dictionary<string, IReadOnlyList<string>> { ["LI5"] = ["JN", "ZY"] };

    /// <summary>Funds of charities that are paid out through a category of government aid.</summary>
    public IReadOnlyList<PayerPair> Payers { get; init; } = [new("EMERGENCY_FUND", "LI5")];

    /// <summary>How long and for whom one help is the same help, by kind of need.</summary>
    public IReadOnlyList<AidWindow> Windows { get; init; } = [];

    /// <summary>Differences the hub may heal by telling again what its book says, as <c>source:class</c>.</summary>
    public IReadOnlyList<string> SelfHeal { get; init; } = [];

    /// <summary>The window of a kind; kinds without one are compared by person within thirty days.</summary>
    public AidWindow WindowOf(string kind) =>
        Windows.FirstOrDefault(window => window.Kind == kind) ?? new AidWindow { Kind = kind, Period = AidWindow.InDays, Days = 30 };
}

/// <summary>A charity's kind of money and the category under which the government pays it out.</summary>
public sealed record PayerPair(string Funding, string Category);

/// <summary>When two aids of one kind are for the same thing.</summary>
public sealed record AidWindow
{
    public const string InDays = "DAYS";
    public const string InSchoolYear = "SCHOOL_YEAR_STAGE";
    public const string OfPerson = "PERSON";
    public const string OfHousehold = "HOUSEHOLD";

    public required string Kind { get; init; }

    /// <summary><see cref="InDays"/> or <see cref="InSchoolYear"/>.</summary>
    public required string Period { get; init; }

    /// <summary>How far apart at most, where the period is counted in days.</summary>
    public int Days { get; init; }

    /// <summary>Whom one help helps: the person, or all who live together.</summary>
    public string Subject { get; init; } = OfPerson;
}

/// <summary>The points of the same-payment rule (R03): from where on a pair is linked, and from where on a person looks at it.</summary>
public sealed record DuplicateTolerance
{
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public decimal Amount { get; init; } = 0.01m;
    public int Days { get; init; } = 3;
    public PaymentPoints Points { get; init; } = new();
    public int LinkAt { get; init; } = 80;
    public int ReviewAt { get; init; } = 60;
}

/// <summary>What each sign of one payment is worth.</summary>
public sealed record PaymentPoints
{
    public int Amount { get; init; } = 40;
    public int Reference { get; init; } = 40;
    public int Date { get; init; } = 10;
    public int Payer { get; init; } = 10;
}
