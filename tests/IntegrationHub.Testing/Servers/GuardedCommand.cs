namespace IntegrationHub.Testing.Servers;

/// <summary>A program to run under the guard: it lives no longer than we do, however we end.</summary>
internal sealed record GuardedCommand
{
    public required string FileName { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Changes to our own environment; null removes. Never on the command line: ps shows that.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Names an account to run as; null is our own.</summary>
    public string? User { get; init; }

    public string WorkingFolder { get; init; } = "/";

    public string StopSignal { get; init; } = "TERM";

    /// <summary>How long the program may take to stop before it is killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes standard error, and standard output too when nobody listens to it.</summary>
    public required string LogFile { get; init; }

    public required string ProcessIdFile { get; init; }

    /// <summary>Hears every line of standard output.</summary>
    public Action<string>? OnOutput { get; init; }
}
