using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Aid;

/// <summary>Kinds of alert by name; each is an event of the same name.</summary>
public static class AlertType
{
    public const string Duplicate = "alert.duplicate";
    public const string OverAid = "alert.over-aid";
    public const string Conflict = "alert.conflict";
    public const string Stale = "alert.stale";
}

/// <summary>Why an alert closed by itself.</summary>
public static class AlertEnd
{
    public const string Reversed = "REVERSED";
    public const string SamePayment = "SAME_PAYMENT";
    public const string Complement = "COMPLEMENT";
    public const string PersonChanged = "PERSON_CHANGED";
    public const string Corrected = "CORRECTED";
    public const string Fresh = "FRESH_AGAIN";
}

/// <summary>Something somebody should look at: never a block (R04). It names records and codes, never a person.</summary>
public sealed record AidAlert
{
    public required Guid AlertId { get; init; }

    /// <summary>An <see cref="AlertType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>What exactly, as a problem code.</summary>
    public required string Code { get; init; }
    public Guid? Person { get; init; }
    public Guid? NeedId { get; init; }
    public string? Kind { get; init; }
    public required IReadOnlyList<AidRef> Records { get; init; }

    /// <summary>CNY, for civil affairs only.</summary>
    public decimal? Excess { get; init; }

    /// <summary>What a charity may know of the excess.</summary>
    public string? Band { get; init; }

    /// <summary>The same cause always has the same id, so that finding it again is no second alert.</summary>
    public static Guid IdOf(string type, string code, string about)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{type}|{code}|{about}"));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}

/// <summary>What to do about alerts after a look at their causes.</summary>
/// <param name="Opened">New ones, and closed ones whose cause came again.</param>
/// <param name="Changed">Open ones whose records, excess or band are others now.</param>
/// <param name="Closed">Open ones whose cause is gone, with the reason.</param>
public sealed record AlertChanges(
    IReadOnlyList<AidAlert> Opened, IReadOnlyList<AidAlert> Changed, IReadOnlyList<(AidAlert Alert, string Reason)> Closed);

/// <summary>Opens what is found, leaves what is open, and closes what has no cause any more, pure.</summary>
public static class AlertFold
{
    public static AlertChanges Step(
        IReadOnlyCollection<AidAlert> open, IReadOnlyCollection<AidAlert> found, AidLedger ledger,
        IReadOnlyCollection<PaymentPair> pairs, IReadOnlySet<(AidRef, AidRef)> complements)
    {
        var known = open.ToDictionary(alert => alert.AlertId);
        var now = found.DistinctBy(alert => alert.AlertId).ToDictionary(alert => alert.AlertId);
        var positions = ledger.Positions.ToDictionary(position => position.Ref);
        return new AlertChanges(
            [.. now.Values.Where(alert => !known.ContainsKey(alert.AlertId)).OrderBy(alert => alert.AlertId)],
            [.. now.Values.Where(alert => known.TryGetValue(alert.AlertId, out var was) && !SaysTheSame(was, alert)).OrderBy(alert => alert.AlertId)],
            [
                .. known.Values.Where(alert => !now.ContainsKey(alert.AlertId)).OrderBy(alert => alert.AlertId)
                    .Select(alert => (alert, WhyGone(alert, positions, pairs, complements))),
            ]);
    }

    private static bool SaysTheSame(AidAlert one, AidAlert other) =>
        one.Excess == other.Excess && one.Band == other.Band && one.Records.SequenceEqual(other.Records);

    private static string WhyGone(
        AidAlert alert, Dictionary<AidRef, AidPosition> positions, IReadOnlyCollection<PaymentPair> pairs,
        IReadOnlySet<(AidRef, AidRef)> complements)
    {
        if (alert.Records.Any(record => positions.TryGetValue(record, out var position)
                && position.Standing is AidStanding.Reversed or AidStanding.PartlyReversed))
            return AlertEnd.Reversed;
        if (pairs.Any(pair => alert.Records.Contains(pair.Government) && alert.Records.Contains(pair.Charity)))
            return AlertEnd.SamePayment;
        if (complements.Any(pair => alert.Records.Contains(pair.Item1) && alert.Records.Contains(pair.Item2)))
            return AlertEnd.Complement;
        var people = alert.Records.Select(record => positions.GetValueOrDefault(record)?.Entry.Person).Distinct().ToList();
        return alert.Type == AlertType.Duplicate && people.Count > 1 ? AlertEnd.PersonChanged : AlertEnd.Corrected;
    }
}
