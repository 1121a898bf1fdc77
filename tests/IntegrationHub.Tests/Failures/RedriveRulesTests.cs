using IntegrationHub.Failures;

namespace IntegrationHub.Tests.Failures;

public sealed class RedriveRulesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData(RedriveOrder.Start, RedriveState.Previewed, "wang", RedriveState.Running, null)]
    [InlineData(RedriveOrder.Start, RedriveState.Previewing, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Start, RedriveState.Running, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Start, RedriveState.AwaitingApproval, "li", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Approve, RedriveState.AwaitingApproval, "li", RedriveState.Running, null)]
    [InlineData(RedriveOrder.Approve, RedriveState.AwaitingApproval, "wang", null, "redrive.same_person")]
    [InlineData(RedriveOrder.Approve, RedriveState.AwaitingApproval, " WANG ", null, "redrive.same_person")]
    [InlineData(RedriveOrder.Approve, RedriveState.Previewed, "li", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Pause, RedriveState.Running, "wang", RedriveState.Paused, null)]
    [InlineData(RedriveOrder.Pause, RedriveState.Canary, "wang", RedriveState.Paused, null)]
    [InlineData(RedriveOrder.Pause, RedriveState.Paused, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Resume, RedriveState.Paused, "wang", RedriveState.Running, null)]
    [InlineData(RedriveOrder.Resume, RedriveState.Stopped, "wang", RedriveState.Running, null)]
    [InlineData(RedriveOrder.Resume, RedriveState.AwaitingApproval, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Resume, RedriveState.Done, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Cancel, RedriveState.Previewing, "wang", RedriveState.Cancelling, null)]
    [InlineData(RedriveOrder.Cancel, RedriveState.AwaitingApproval, "wang", RedriveState.Cancelling, null)]
    [InlineData(RedriveOrder.Cancel, RedriveState.Running, "wang", RedriveState.Cancelling, null)]
    [InlineData(RedriveOrder.Cancel, RedriveState.Cancelling, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Cancel, RedriveState.Cancelled, "wang", null, "redrive.illegal_step")]
    [InlineData(RedriveOrder.Cancel, RedriveState.Done, "wang", null, "redrive.illegal_step")]
    public void R49_what_people_may_do_with_it(RedriveOrder order, string state, string by, string? after, string? refusal) =>
        Assert.Equal((after, refusal), RedriveRules.Follow(Operation(state), order, by));

    [Fact]
    public void What_needs_approval_waits_for_it_and_a_canary_goes_first()
    {
        var operation = Operation(RedriveState.Previewed) with { Canary = 3 };

        Assert.Equal(RedriveState.Canary, RedriveRules.Follow(operation, RedriveOrder.Start, "wang").State);
        Assert.Equal(
            RedriveState.AwaitingApproval, RedriveRules.Follow(operation with { NeedsApproval = true }, RedriveOrder.Start, "wang").State);
        Assert.Equal(
            RedriveState.Running,
            RedriveRules.Follow(operation with { State = RedriveState.Paused, CanaryPassed = true }, RedriveOrder.Resume, "wang").State);
        Assert.Equal(
            RedriveState.Canary, RedriveRules.Follow(operation with { State = RedriveState.Stopped }, RedriveOrder.Resume, "wang").State);
    }

    public static TheoryData<string, RedriveCounts, RedriveStep> Canaries => new()
    {
        { "the first three go", new(100, 0, 0, 0, 0, 0, 0), new RedriveStep.Send(3) },
        { "one was refused, so another is tried", new(100, 2, 0, 0, 1, 0, 0), new RedriveStep.Send(1) },
        { "they are under way", new(100, 3, 0, 0, 0, 0, 0), new RedriveStep.Wait() },
        { "all took effect", new(100, 0, 3, 0, 0, 0, 0), new RedriveStep.Move(RedriveState.Running) },
        { "one failed", new(100, 1, 1, 0, 0, 1, 0), new RedriveStep.Move(RedriveState.Stopped, "redrive.canary_failed") },
        { "there are fewer than the canary", new(2, 0, 2, 0, 0, 0, 0), new RedriveStep.Move(RedriveState.Done) },
    };

    [Theory]
    [MemberData(nameof(Canaries))]
    public void A_canary_decides_about_the_rest(string because, RedriveCounts counts, RedriveStep step) =>
        Assert.True(step == RedriveRules.Drive(Operation(RedriveState.Canary) with { Canary = 3, Counts = counts }, s_now), because);

    [Fact]
    public void Who_wants_to_look_after_the_canary_is_waited_for() =>
        Assert.Equal(
            new RedriveStep.Move(RedriveState.Paused, "redrive.canary_passed"),
            RedriveRules.Drive(
                Operation(RedriveState.Canary) with { Canary = 3, WaitsAfterCanary = true, Counts = new(100, 0, 3, 0, 0, 0, 0) }, s_now));

    public static TheoryData<string, string, RedriveCounts, RedriveStep> Rest => new()
    {
        { "everything ended", RedriveState.Running, new(50, 0, 45, 2, 2, 1, 0), new RedriveStep.Move(RedriveState.Done) },
        { "the last ones are under way", RedriveState.Running, new(50, 5, 45, 0, 0, 0, 0), new RedriveStep.Wait() },
        { "too much failed", RedriveState.Running, new(100, 0, 17, 0, 0, 3, 0), new RedriveStep.Move(RedriveState.Stopped, "redrive.failure_ratio") },
        { "as much as is allowed failed", RedriveState.Running, new(100, 0, 18, 0, 0, 2, 0), new RedriveStep.Send(80) },
        { "too few have ended to judge", RedriveState.Running, new(100, 0, 0, 0, 0, 5, 0), new RedriveStep.Send(95) },
        { "so much is under way that it waits", RedriveState.Running, new(9_000, 2_000, 0, 0, 0, 0, 0), new RedriveStep.Wait() },
        { "paused", RedriveState.Paused, new(100, 0, 50, 0, 0, 0, 0), new RedriveStep.Wait() },
        { "what waits is cancelled first", RedriveState.Cancelling, new(100, 5, 50, 0, 0, 0, 0), new RedriveStep.CancelWaiting() },
        { "then what is under way ends", RedriveState.Cancelling, new(100, 5, 50, 0, 0, 0, 45), new RedriveStep.Wait() },
        { "and then it is over", RedriveState.Cancelling, new(100, 0, 55, 0, 0, 0, 45), new RedriveStep.Move(RedriveState.Cancelled) },
    };

    [Theory]
    [MemberData(nameof(Rest))]
    public void It_goes_on_until_it_adds_up(string because, string state, RedriveCounts counts, RedriveStep step)
    {
        var operation = Operation(state) with { Counts = counts, PhaseAt = s_now.AddHours(-1) };

        var next = RedriveRules.Drive(operation, s_now);

        Assert.True(step is RedriveStep.Send send
            ? next == new RedriveStep.Send(Math.Min(counts.Waiting, send.Most)) || next is RedriveStep.Send { Most: >= 80 }
            : step == next, $"{because}: {next}");
    }

    [Fact]
    public void Failures_seen_before_it_was_resumed_do_not_stop_it_again()
    {
        var operation = Operation(RedriveState.Running) with
        {
            Counts = new(100, 0, 20, 0, 0, 20, 0), PhaseAt = s_now.AddHours(-1), PhaseFailed = 20, PhaseSettled = 40,
        };

        Assert.IsType<RedriveStep.Send>(RedriveRules.Drive(operation, s_now));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 101)]
    [InlineData(0, 10, 1_001)]
    [InlineData(10, 1, 6)]
    [InlineData(10, 10, 501)]
    [InlineData(10, 20, 1_501)]
    public void The_rate_is_reached_by_the_ramp(int ramp, int seconds, int allowed) =>
        Assert.Equal(
            allowed,
            RedriveRules.AllowedBy(
                Operation(RedriveState.Running) with { Rate = 100, RampSeconds = ramp, PhaseAt = s_now }, s_now.AddSeconds(seconds)));

    [Fact]
    public void The_rate_holds_back_what_would_be_too_many()
    {
        var operation = Operation(RedriveState.Running) with { Rate = 10, PhaseAt = s_now, PhaseSent = 11 };

        Assert.IsType<RedriveStep.Wait>(RedriveRules.Drive(operation, s_now.AddSeconds(1)));
        Assert.Equal(new RedriveStep.Send(10), RedriveRules.Drive(operation, s_now.AddSeconds(2)));
    }

    [Fact]
    public void A_policy_is_by_endpoint_and_by_message_and_nothing_is_allowed_without_one()
    {
        var policies = RedrivePolicies.Of(
        [
            new("endpoint", "*", RedrivePolicy.Allowed, 1_000),
            new("endpoint", "hub.closed", RedrivePolicy.Forbidden, null),
            new("message", "urn:message:Delicate", RedrivePolicy.NeedsApproval, null),
        ]);

        Assert.True(policies.Forbid("hub.closed", "urn:message:Any"));
        Assert.False(policies.Forbid("hub.open", "urn:message:Any"));
        Assert.False(policies.AskForApproval([("hub.open", "urn:message:Any")], 1_000));
        Assert.True(policies.AskForApproval([("hub.open", "urn:message:Any")], 1_001));
        Assert.True(policies.AskForApproval([("hub.open", "urn:message:Any"), ("hub.open", "urn:message:Delicate")], 1));
        Assert.True(RedrivePolicies.Of([]).Forbid("hub.open", "urn:message:Any"));
    }

    private static RedriveOperation Operation(string state) => new()
    {
        OperationId = Guid.Empty,
        MadeAt = s_now,
        MadeBy = "wang",
        Reason = "partner is back",
        Filter = "{}",
        State = state,
        NeedsApproval = false,
        Canary = 0,
        WaitsAfterCanary = false,
        CanaryPassed = false,
        Rate = 500,
        RampSeconds = 0,
        StopRatio = 0.1,
        Counts = new(100, 0, 0, 0, 0, 0, 0),
        PhaseSent = 0,
        PhaseSettled = 0,
        PhaseFailed = 0,
        ChangedAt = s_now,
        Version = 1,
    };
}
