namespace IntegrationHub.Identity.Linkage;

/// <summary>Why a pair waits for a person; the codes stand in <c>identity.review</c>.</summary>
internal static class ReviewKind
{
    /// <summary>One number, two names that may be one: a rename, or a rare character lost.</summary>
    public const string Rename = "RENAME";

    /// <summary>One number, two names that are two: scenario 12.</summary>
    public const string SharedId = "SHARED_ID";

    /// <summary>A number of fifteen digits whose eighteen are known under other values.</summary>
    public const string DerivedId = "DERIVED_ID";

    /// <summary>Two whole numbers, all else alike: a corrected number, or two people.</summary>
    public const string CorrectedId = "CORRECTED_ID";

    /// <summary>One or both have no number that can be used.</summary>
    public const string MissingId = "MISSING_ID";
}

/// <summary>What becomes of a pair.</summary>
internal enum LinkageVerdict
{
    None,
    Review,
    Certain,
}

/// <summary>A pair that was compared, with all that was found.</summary>
internal sealed record LinkageEdge
{
    public required Guid One { get; init; }
    public required Guid Other { get; init; }
    public required LinkageVerdict Verdict { get; init; }
    public required string Kind { get; init; }
    public required double Score { get; init; }
    public required Comparison Comparison { get; init; }

    /// <summary>True where the rule and not the score asks for a person: it is shown however full the queue is.</summary>
    public bool ByRule { get; init; }
}
