namespace IntegrationHub.Testing.Processes;

/// <summary>How a program of ours is started.</summary>
public sealed record ProcessOptions
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Added to our own environment, after every setting of an installation in it has been removed.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets <c>{name}.log</c> (standard error) and <c>{name}.out</c> (standard output).</summary>
    public required string LogFolder { get; init; }

    /// <summary>The name of the log files; a second start with the same name goes on in the same files.</summary>
    public required string Name { get; init; }

    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan StopsWithin { get; init; } = TimeSpan.FromSeconds(15);
}
