namespace IntegrationHub.Reconciliation;

/// <summary>
/// One thing in which books or accounts do not agree. The first four together name it; <see cref="Explained"/> is the
/// reason if there is one, and null when somebody has to look.
/// </summary>
/// <param name="Level">A <see cref="DifferenceLevel"/>.</param>
/// <param name="Class">A <see cref="DifferenceClass"/>.</param>
/// <param name="Source">The partner or source it is about; <see cref="Hub"/> for the hub's own queues.</param>
/// <param name="Key">The file, aid, organisation or queue it is about.</param>
/// <param name="Explained">A <see cref="DifferenceReason"/> or a problem code, or null.</param>
public sealed record Difference(string Level, string Class, string Source, string Key, string? Explained)
{
    /// <summary>The source of differences inside the hub.</summary>
    public const string Hub = "hub";
}
