namespace IntegrationHub.Pipeline;

/// <summary>What a verification is to look at.</summary>
public sealed record VerifyOrder
{
    /// <summary>Begin with this day in China, at the signed root of the day before; null for everything.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>An exported root, or a folder of them, that the database must still agree with.</summary>
    public string? Against { get; init; }
}

/// <summary>How far a verification is.</summary>
/// <param name="What">What is being proven.</param>
/// <param name="Done">So many of it.</param>
/// <param name="Total">Of so many.</param>
public sealed record VerifyProgress(string What, long Done, long Total);
