namespace IntegrationHub.Failures;

/// <summary>Where a re-drive stands.</summary>
public static class RedriveState
{
    /// <summary>Its messages are fixed; each is being asked what sending it again would do.</summary>
    public const string Previewing = "PREVIEWING";
    public const string Previewed = "PREVIEWED";
    public const string AwaitingApproval = "AWAITING_APPROVAL";

    /// <summary>The first few go; the others wait for how they end.</summary>
    public const string Canary = "CANARY";
    public const string Running = "RUNNING";
    public const string Paused = "PAUSED";

    /// <summary>It stopped by itself, because too much of it failed.</summary>
    public const string Stopped = "STOPPED";

    /// <summary>Nothing more goes; what is under way ends first.</summary>
    public const string Cancelling = "CANCELLING";
    public const string Cancelled = "CANCELLED";
    public const string Done = "DONE";

    public static readonly IReadOnlyList<string> Final = [Cancelled, Done];
}

/// <summary>Where one message of a re-drive stands. From the second on nothing of it is open any more.</summary>
public static class ItemState
{
    public const string Waiting = "WAITING";
    public const string Sent = "SENT";
    public const string Applied = "APPLIED";
    public const string AlreadyApplied = "ALREADY_APPLIED";
    public const string Refused = "REFUSED";
    public const string Failed = "FAILED";
    public const string Cancelled = "CANCELLED";
}

/// <summary>How the messages of a re-drive ended; together with those waiting they are all it was asked for.</summary>
public sealed record RedriveCounts(
    int Requested, int Sent, int Applied, int AlreadyApplied, int Refused, int Failed, int Cancelled)
{
    public int Ended => Applied + AlreadyApplied + Refused + Failed + Cancelled;
    public int Waiting => Requested - Sent - Ended;

    /// <summary>requested = applied + already-applied + refused + failed + cancelled, to the message.</summary>
    public bool AddsUp => Requested == Ended;
}

/// <summary>A re-drive of failed messages: what, by whom, why, how fast, and how far it is.</summary>
public sealed record RedriveOperation
{
    public required Guid OperationId { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required string MadeBy { get; init; }
    public required string Reason { get; init; }

    /// <summary>The filter it was made with, as JSON.</summary>
    public required string Filter { get; init; }
    public required string State { get; init; }
    public required bool NeedsApproval { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>So many go first.</summary>
    public required int Canary { get; init; }
    public required bool WaitsAfterCanary { get; init; }
    public required bool CanaryPassed { get; init; }

    /// <summary>Messages a second, reached after the ramp.</summary>
    public required int Rate { get; init; }
    public required int RampSeconds { get; init; }

    /// <summary>It stops when more than this share of what ended has failed.</summary>
    public required double StopRatio { get; init; }
    public required RedriveCounts Counts { get; init; }

    /// <summary>Since when it drives without a pause.</summary>
    public DateTimeOffset? PhaseAt { get; init; }
    public required int PhaseSent { get; init; }

    /// <summary>How many had been applied or failed when this phase began.</summary>
    public required int PhaseSettled { get; init; }
    public required int PhaseFailed { get; init; }
    public string? StoppedWhy { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required int Version { get; init; }

    public bool IsFinal => RedriveState.Final.Contains(State);
}
