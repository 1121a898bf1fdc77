namespace Mocks.ProvincialPlatform.Admin;

/// <summary>What is to go wrong. Counters count down; a file is named like <c>CY_410423</c>, once.</summary>
internal sealed record FaultSettings
{
    public static readonly FaultSettings None = new();

    /// <summary>Every call to the API waits this long.</summary>
    public int DelayMs { get; init; }

    /// <summary>So many of the next calls are answered with 500.</summary>
    public int Status500 { get; init; }

    /// <summary>So many of the calls after that are answered with 429.</summary>
    public int Status429 { get; init; }

    public int RetryAfterSeconds { get; init; }

    /// <summary>Cut off after five eighths, with the manifest of the whole.</summary>
    public string? TornFile { get; init; }

    public string? MissingManifest { get; init; }

    public string? WrongDigest { get; init; }

    public string? WrongCount { get; init; }

    /// <summary>The files of the day before come once more, after those of the day.</summary>
    public bool SendAgain { get; init; }
}
