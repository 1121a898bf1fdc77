namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// One file taken in by the floor and by the hub. Landed is when the hub's last chunk had landed; the rest of its time
/// is processing alone.
/// </summary>
internal sealed record IntakeTurn(MemberFile File, TimeSpan Floor, Measured Hub, TimeSpan Landed)
{
    public double FloorRate => File.Rows / Floor.TotalSeconds;

    public double HubRate => File.Rows / Hub.Took.TotalSeconds;
}
