using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>How long the ways of one referral took; null for a way not gone yet (R12).</summary>
/// <param name="ToOffer">From the need's opening to its first offer.</param>
/// <param name="ToAccept">From the offer that was accepted to its acceptance.</param>
/// <param name="ToAid">From the acceptance to the first of the help, without the time it was paused.</param>
public sealed record ReferralSpans(TimeSpan? ToOffer, TimeSpan? ToAccept, TimeSpan? ToAid);

/// <summary>The middle and the slow end of one way over many referrals, in hours; null where nobody went it.</summary>
public sealed record WayTimes(string Way, int Count, double? MedianHours, double? SlowHours);

/// <summary>How long referrals take (R12): from need to offer, to acceptance, to aid. Paused time does not count.</summary>
public static class ReferralTimes
{
    private const double Slow = 0.95;

    internal const string MovesSql = """
        select t.referral_id, n.opened_on, t.state, t.attempt, t.at
          from referrals.transition t
          join referrals.referral r on r.referral_id = t.referral_id
          join referrals.need n on n.need_id = r.need_id
         where r.changed_at > $1
           and r.changed_at <= $2
         order by t.referral_id, t.transition_id
        """;

    /// <summary>Pure: the spans of one referral.</summary>
    /// <param name="openedAt">When the need was opened.</param>
    /// <param name="moves">Its moves in order.</param>
    public static ReferralSpans Of(DateTimeOffset openedAt, IReadOnlyList<(string State, int Attempt, DateTimeOffset At)> moves)
    {
        DateTimeOffset? firstOffer = null, offer = null, accepted = null, help = null;
        (TimeSpan? toAccept, var paused) = (null, TimeSpan.Zero);
        DateTimeOffset? pausedSince = null;
        foreach (var (state, _, at) in moves)
        {
            if (pausedSince is { } since && help is null)
                paused += at - since;
            pausedSince = null;
            switch (state)
            {
                case ReferralState.Offered:
                    (firstOffer, offer) = (firstOffer ?? at, at);
                    (accepted, paused) = (null, TimeSpan.Zero);
                    break;
                case ReferralState.Accepted:
                    (accepted, toAccept) = (at, at - offer);
                    break;
                case ReferralState.OnHold:
                    pausedSince = at;
                    break;
                case ReferralState.AidedPartial or ReferralState.Completed:
                    help ??= at;
                    break;
            }
        }

        return new ReferralSpans(firstOffer - openedAt, toAccept, help - accepted - paused);
    }

    /// <summary>The middle (p50) and the slow end (p95) of each way, by nearest rank.</summary>
    public static IReadOnlyList<WayTimes> Summary(IReadOnlyCollection<ReferralSpans> spans) =>
    [
        WayOf("need to offer", spans.Select(one => one.ToOffer)),
        WayOf("offer to acceptance", spans.Select(one => one.ToAccept)),
        WayOf("acceptance to aid", spans.Select(one => one.ToAid)),
    ];

    /// <summary>The spans of the referrals that last moved in a stretch of time.</summary>
    public static async Task<IReadOnlyList<ReferralSpans>> Between(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var moves = await work.Query(
            MovesSql, [Parameter.Instant(since), Parameter.Instant(until)],
            row => (
                Id: row.GetGuid(0), OpenedOn: row.ValueOrNull<DateOnly>(1),
                Move: (row.GetString(2), row.GetInt32(3), row.GetFieldValue<DateTimeOffset>(4))),
            cancellationToken);
        return
        [
            .. moves.GroupBy(move => move.Id).Select(one => Of(
                one.First().OpenedOn is { } day
                    ? Policy.HubCalendar.InstantOf(day.ToDateTime(TimeOnly.MinValue))
                    : one.First().Move.Item3,
                [.. one.Select(move => move.Move)])),
        ];
    }

    private static WayTimes WayOf(string way, IEnumerable<TimeSpan?> spans)
    {
        var hours = spans.OfType<TimeSpan>().Select(span => span.TotalHours).Order().ToList();
        return new WayTimes(way, hours.Count, Rank(hours, 0.5), Rank(hours, Slow));
    }

    private static double? Rank(List<double> sorted, double part) =>
        sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
}
