namespace IntegrationHub.Aid;

/// <summary>Which of the two books a line of aid stands in.</summary>
public enum AidSide
{
    Government,
    Charity,
}

/// <summary>
/// One line of either book of aid, with what a judgement of it asks: whose it is, what for, when and how much. Its names
/// are keyed pseudonyms, so that it can be judged in memory without anyone's identity.
/// </summary>
public sealed record AidEntry
{
    public required AidSide Side { get; init; }
    public required string Id { get; init; }

    /// <summary>A correction is a higher version; the highest counts.</summary>
    public required long Version { get; init; }

    /// <summary>The key that stands for all keys of the person; null for aid whose receiver nobody told.</summary>
    public Guid? Person { get; init; }
    public string? Household { get; init; }

    /// <summary>The kinds of need it may be meant for; a charity's aid has one.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }
    public required string Form { get; init; }
    public required string Funding { get; init; }

    /// <summary>CNY. Services have none: hours and times are no money (R33).</summary>
    public decimal? Amount { get; init; }
    public decimal? Quantity { get; init; }
    public string? Unit { get; init; }
    public required AidDays When { get; init; }
    public required string Status { get; init; }
    public string? ReversesId { get; init; }

    /// <summary>The pay batch or payment it belongs to, if its book says.</summary>
    public string? PaymentRef { get; init; }
    public string? FundId { get; init; }

    /// <summary>The charity that gave it; null in the government's book.</summary>
    public string? Uscc { get; init; }

    /// <summary>The category a government payment belongs to.</summary>
    public string? Category { get; init; }
    public Guid? ReferralId { get; init; }
    public Guid? NeedId { get; init; }
    public string? Stage { get; init; }

    /// <summary>County of the need, as its first six digits.</summary>
    public string? County { get; init; }

    /// <summary>True where the giver said that it tops up other aid.</summary>
    public bool IsComplement { get; init; }

    public AidRef Ref => new(Side, Id);
}

/// <summary>Names a line of either book.</summary>
public readonly record struct AidRef(AidSide Side, string Id) : IComparable<AidRef>
{
    public int CompareTo(AidRef other) =>
        Side != other.Side ? Side.CompareTo(other.Side) : string.CompareOrdinal(Id, other.Id);

    /// <summary>The book as the contracts name it.</summary>
    public string Source => Side == AidSide.Government ? "provincial" : "charity";

    public override string ToString() => $"{Source}:{Id}";

    public static bool operator <(AidRef left, AidRef right) => left.CompareTo(right) < 0;
    public static bool operator >(AidRef left, AidRef right) => left.CompareTo(right) > 0;
    public static bool operator <=(AidRef left, AidRef right) => left.CompareTo(right) <= 0;
    public static bool operator >=(AidRef left, AidRef right) => left.CompareTo(right) >= 0;
}
