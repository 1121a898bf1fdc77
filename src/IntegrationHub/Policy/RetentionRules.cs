namespace IntegrationHub.Policy;

/// <summary>A kind of thing that is kept for a time, and then not (P14).</summary>
/// <param name="Name">The name the policy pack uses.</param>
/// <param name="Days">How long it is kept where the pack says nothing.</param>
/// <param name="Least">How long it must be kept, by law or because something else rests on it.</param>
/// <param name="Ground">Which, for whoever reads a refusal.</param>
public sealed record RetentionEntity(string Name, int Days, int Least, string Ground);

/// <summary>What the section <c>retention</c> of a policy pack may say: days by entity.</summary>
public static class RetentionRules
{
    private const int ThreeYears = 1_096;
    private const string Provision = "records of provision are kept three years (网络数据安全管理条例 第十二条)";

    public const string RawFiles = "rawFiles";
    public const string TakenCopies = "takenCopies";
    public const string Quarantine = "quarantine";
    public const string Repairs = "repairs";
    public const string FailureBodies = "failureBodies";
    public const string DeliveredBodies = "deliveredBodies";
    public const string Idempotency = "idempotency";
    public const string Transitions = "transitions";
    public const string Releases = "releases";
    public const string Decisions = "decisions";
    public const string Audit = "audit";

    /// <summary>Everything that has a period. What is not here is kept until a person's erasure, or for ever.</summary>
    public static readonly IReadOnlyList<RetentionEntity> All =
    [
        new(RawFiles, 90, 1, "a night is read again within the day"),
        new(TakenCopies, 3, 1, "a night is read again within the day"),
        new(Quarantine, 180, 1, "the sender mends what is in it"),
        new(Repairs, 90, 1, "they explain the values of a night"),
        new(FailureBodies, 180, 30, "a failed record is driven again by a person"),
        new(DeliveredBodies, 90, 7, "a subscriber that was down asks again"),
        new(Idempotency, 90, 1, "a client tries again within the day"),
        new(Transitions, ThreeYears, ThreeYears, Provision),
        new(Releases, ThreeYears, ThreeYears, Provision),
        new(Decisions, ThreeYears, ThreeYears, Provision),
        new(Audit, 3_653, ThreeYears, "the audit log is kept at least three years (R50)"),
    ];

    /// <summary>The period of an entity in days: the pack's, or the one that holds without.</summary>
    public static int DaysOf(IReadOnlyDictionary<string, int> retention, string name) =>
        retention.TryGetValue(name, out var days) ? days : All.Single(entity => entity.Name == name).Days;

    /// <summary>Pure: what is wrong with a section, in words, each with the member it is about. Empty if it may stand.</summary>
    public static IReadOnlyList<(string Name, string Text)> ObjectionsTo(IReadOnlyDictionary<string, int> retention)
    {
        var objections = new List<(string, string)>();
        foreach (var (name, days) in retention.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (All.FirstOrDefault(entity => entity.Name == name) is not { } entity)
                objections.Add((name, $"nothing called {name} has a retention period"));
            else if (days < entity.Least)
                objections.Add((name, $"{days} days are fewer than the {entity.Least} that {name} must be kept: {entity.Ground}"));
        }

        // A release cannot stand without its decision, nor be proven by an audit log that is gone.
        if (DaysOf(retention, Decisions) < DaysOf(retention, Releases))
            objections.Add((Decisions, "decisions are kept at least as long as releases, which rest on them"));
        if (DaysOf(retention, Audit) < DaysOf(retention, Releases))
            objections.Add((Audit, "the audit log is kept at least as long as releases, which it proves"));
        return objections;
    }
}
