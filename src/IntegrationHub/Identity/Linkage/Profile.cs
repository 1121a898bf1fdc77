namespace IntegrationHub.Identity.Linkage;

/// <summary>What an id number is worth where it stands.</summary>
internal enum IdStanding
{
    /// <summary>No number, or one that cannot be one.</summary>
    None,

    /// <summary>Eighteen characters made out of fifteen: it never decides alone (domain.md §2.6).</summary>
    Derived,

    /// <summary>A whole number that several names claim: it says nothing about any of them (scenario 12).</summary>
    Contested,

    /// <summary>A whole number stated by a source.</summary>
    Full,
}

/// <summary>Everything compared about someone under one key, opened. It lives in memory only and prints its key.</summary>
internal sealed record Profile
{
    public required Guid Key { get; init; }
    public required IdStanding Standing { get; init; }

    /// <summary>Eighteen characters; null where the source gave none that can be used.</summary>
    public string? IdNo { get; init; }

    /// <summary>A number that is none (a typing error, a mask): compared, never a key.</summary>
    public string? UnusableIdNo { get; init; }
    public required string Name { get; init; }

    /// <summary>A letter of the name was lost on the way: it never matches by itself (D2).</summary>
    public bool NameIsDegraded { get; init; }
    public string? Sex { get; init; }
    public DateOnly? BornOn { get; init; }

    /// <summary>Version of the newest record: the later of two statements.</summary>
    public long StatedAt { get; init; }

    /// <summary>Birth dates that other records of the same number and name state.</summary>
    public IReadOnlyList<DateOnly> OtherBirths { get; init; } = [];
    public IReadOnlyList<string> Households { get; init; } = [];
    public IReadOnlyList<string> Divisions { get; init; } = [];
    public IReadOnlyList<Guid> Phones { get; init; } = [];

    /// <summary>How many people bear this name, this one among them.</summary>
    public int Namesakes { get; init; } = 1;

    /// <summary>How many households state the rarest phone of each, by its index.</summary>
    public IReadOnlyDictionary<Guid, int> PhoneShares { get; init; } = new Dictionary<Guid, int>();

    /// <summary>The person key and the name the profile is of.</summary>
    public Face Face { get; init; }

    public override string ToString() => $"profile {Key}";
}
