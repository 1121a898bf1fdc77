namespace IntegrationHub.Subscriptions;

/// <summary>
/// When a failed delivery is tried again: soon at first, then ever later, and after three days and more no more
/// (scenario 29: an endpoint that was down over a long weekend misses nothing).
/// </summary>
internal static class DeliverySchedule
{
    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(10),
        TimeSpan.FromHours(16), TimeSpan.FromHours(25), TimeSpan.FromHours(39),
    ];

    /// <summary>Tries in all, the first included.</summary>
    public static int Tries => Pauses.Length + 1;

    /// <summary>
    /// The pause after so many failed tries, or null when it is time to give up. <paramref name="jitter"/> in [0, 1)
    /// spreads it over 80 to 120 percent, so that what failed together does not come back together. A pause the
    /// subscriber asked for is kept, up to an hour.
    /// </summary>
    public static TimeSpan? PauseAfter(int failedTries, TimeSpan? asked, double jitter)
    {
        if (failedTries < 1 || failedTries > Pauses.Length)
            return null;
        var own = Pauses[failedTries - 1] * (0.8 + (0.4 * jitter));
        var kept = asked < LongestAskedPause ? asked.Value : asked is null ? TimeSpan.Zero : LongestAskedPause;
        return own > kept ? own : kept;
    }
}
