namespace IntegrationHub.Failures;

/// <summary>A failure ready to be stored: its text is cleaned, its group is known.</summary>
internal sealed record Failure
{
    public required Guid MessageId { get; init; }
    public required string Endpoint { get; init; }
    public required string MessageType { get; init; }
    public required string ExceptionType { get; init; }
    public required string ExceptionMessage { get; init; }
    public required string Stack { get; init; }

    /// <summary>The exception's type and our first frame; <see cref="FailureGroup.KeyOf(Failure)"/> adds where it happened.</summary>
    public required string GroupKey { get; init; }
    public required byte[] Body { get; init; }

    /// <summary>The outside system that was called; empty for none.</summary>
    public string Partner { get; init; } = "";

    /// <summary>The code of a refusal; empty for a mere exception.</summary>
    public string ProblemCode { get; init; } = "";

    /// <summary>True where it may go better by itself later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The division it belongs to, where that is known.</summary>
    public string? Division { get; init; }

    /// <summary>What it is about, where later messages about the same must wait for it.</summary>
    public IReadOnlyCollection<string> Subjects { get; init; } = [];

    /// <summary>The earlier failure it waits behind.</summary>
    public long? HeldBehind { get; init; }
}
