namespace IntegrationHub.Policy;

/// <summary>
/// A stretch of calendar months that ends today (R08): how long ago a day may lie and still count. Counted in calendar
/// months of the day as officials see it, because days of a year go wrong across 29 February.
/// </summary>
public sealed record DayWindow
{
    public const string Exclusive = "EXCLUSIVE";

    /// <summary>How many months it reaches back.</summary>
    public required int WindowMonths { get; init; }

    /// <summary>EXCLUSIVE: the very day so many months ago is out; INCLUSIVE: it is in.</summary>
    public required string LowerBound { get; init; }

    /// <summary>The category (<c>low-income-category.csv</c>) that holds only within it.</summary>
    public string Category { get; init; } = "LI5";

    public bool Contains(DateOnly day, DateOnly today)
    {
        var start = today.AddMonths(-WindowMonths);
        return day <= today && (LowerBound == Exclusive ? day > start : day >= start);
    }
}
