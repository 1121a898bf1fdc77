namespace IntegrationHub.Failures;

/// <summary>What a person may tell a re-drive to do.</summary>
public enum RedriveOrder
{
    Start,
    Approve,
    Pause,
    Resume,
    Cancel,
}

/// <summary>What the driver does next with a re-drive.</summary>
public abstract record RedriveStep
{
    private RedriveStep()
    {
    }

    /// <summary>Nothing now: something is under way, or the rate does not allow more yet.</summary>
    public sealed record Wait : RedriveStep;

    /// <summary>Take up to so many of the waiting messages.</summary>
    public sealed record Send(int Most) : RedriveStep;

    /// <summary>Go to another state.</summary>
    public sealed record Move(string State, string? Why = null) : RedriveStep;

    /// <summary>Close every waiting message as cancelled.</summary>
    public sealed record CancelWaiting : RedriveStep;
}

/// <summary>The life of a re-drive as pure functions: what people may do with it, and what it does by itself.</summary>
public static class RedriveRules
{
    /// <summary>So many must have ended before their failures say anything about the rest.</summary>
    public const int FewestToJudge = 20;

    /// <summary>At most so many under way: more would only wait on the bus, where nobody can stop them.</summary>
    public const int MostUnderWay = 2_000;

    private const int MostAtOnce = 500;

    /// <summary>The state an order leads to, or the code of its refusal.</summary>
    public static (string? State, string? Refusal) Follow(RedriveOperation operation, RedriveOrder order, string by) =>
        (order, operation.State) switch
        {
            (RedriveOrder.Start, RedriveState.Previewed) when operation.NeedsApproval => (RedriveState.AwaitingApproval, null),
            (RedriveOrder.Start, RedriveState.Previewed) => (FirstState(operation), null),
            (RedriveOrder.Approve, RedriveState.AwaitingApproval) when IsSame(by, operation.MadeBy) =>
                (null, "redrive.same_person"),
            (RedriveOrder.Approve, RedriveState.AwaitingApproval) => (FirstState(operation), null),
            (RedriveOrder.Pause, RedriveState.Canary or RedriveState.Running) => (RedriveState.Paused, null),
            (RedriveOrder.Resume, RedriveState.Paused or RedriveState.Stopped) => (FirstState(operation), null),
            (RedriveOrder.Cancel, var state) when !RedriveState.Final.Contains(state) && state != RedriveState.Cancelling =>
                (RedriveState.Cancelling, null),
            _ => (null, "redrive.illegal_step"),
        };

    /// <summary>What to do now, given how far it is.</summary>
    public static RedriveStep Drive(RedriveOperation operation, DateTimeOffset now) => operation.State switch
    {
        RedriveState.Canary => DriveCanary(operation),
        RedriveState.Running => DriveOn(operation, now),
        RedriveState.Cancelling when operation.Counts.Waiting > 0 => new RedriveStep.CancelWaiting(),
        RedriveState.Cancelling when operation.Counts.Sent == 0 => new RedriveStep.Move(RedriveState.Cancelled),
        _ => new RedriveStep.Wait(),
    };

    /// <summary>How many the rate allows since the phase began. The ramp grows evenly from nothing to the whole rate.</summary>
    public static int AllowedBy(RedriveOperation operation, DateTimeOffset now)
    {
        if (operation.PhaseAt is not { } since || now <= since)
            return 1; // the first one never waits
        var seconds = (now - since).TotalSeconds;
        var ramp = Math.Min(seconds, operation.RampSeconds);
        var whole = operation.RampSeconds == 0 ? 0 : operation.Rate * ramp * ramp / (2.0 * operation.RampSeconds);
        var flat = operation.Rate * (seconds - ramp);
        return 1 + (int)Math.Min(int.MaxValue - 1, whole + flat);
    }

    private static RedriveStep DriveCanary(RedriveOperation operation)
    {
        var counts = operation.Counts;
        if (counts.Failed > operation.PhaseFailed)
            return new RedriveStep.Move(RedriveState.Stopped, "redrive.canary_failed");
        var tried = counts.Applied + counts.Sent;
        if (counts.Waiting == 0)
            return counts.Sent == 0 ? new RedriveStep.Move(RedriveState.Done) : new RedriveStep.Wait();
        if (tried < operation.Canary)
            return new RedriveStep.Send(operation.Canary - tried);
        if (counts.Sent > 0)
            return new RedriveStep.Wait();
        return operation.WaitsAfterCanary
            ? new RedriveStep.Move(RedriveState.Paused, "redrive.canary_passed")
            : new RedriveStep.Move(RedriveState.Running);
    }

    private static RedriveStep DriveOn(RedriveOperation operation, DateTimeOffset now)
    {
        var counts = operation.Counts;
        if (FailsTooMuch(operation))
            return new RedriveStep.Move(RedriveState.Stopped, "redrive.failure_ratio");
        if (counts.Waiting == 0)
            return counts.Sent == 0 ? new RedriveStep.Move(RedriveState.Done) : new RedriveStep.Wait();
        var room = Math.Min(AllowedBy(operation, now) - operation.PhaseSent, MostUnderWay - counts.Sent);
        return room > 0 ? new RedriveStep.Send(Math.Min(room, MostAtOnce)) : new RedriveStep.Wait();
    }

    // Judged since it was last started, so that a person who saw the failures and went on is not stopped by them again.
    private static bool FailsTooMuch(RedriveOperation operation)
    {
        var failed = operation.Counts.Failed - operation.PhaseFailed;
        var settled = operation.Counts.Applied + operation.Counts.Failed - operation.PhaseSettled;
        return settled >= Math.Min(FewestToJudge, operation.Counts.Requested) && failed > operation.StopRatio * settled;
    }

    private static string FirstState(RedriveOperation operation) =>
        operation.Canary > 0 && !operation.CanaryPassed ? RedriveState.Canary : RedriveState.Running;

    private static bool IsSame(string one, string other) =>
        one.Trim().Equals(other.Trim(), StringComparison.OrdinalIgnoreCase);
}
