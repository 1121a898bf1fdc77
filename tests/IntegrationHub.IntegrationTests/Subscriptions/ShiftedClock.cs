namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>A clock that runs as usual and can be put forward, so that days of pauses pass in a moment while timeouts stay real.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);
}
