namespace IntegrationHub.Referrals;

/// <summary>A report of someone in hardship by an organisation that found them, without who it is (R25).</summary>
public sealed record ReverseReferral
{
    public required Guid ReverseId { get; init; }

    /// <summary>The first report of the same person and need that was open then; its own id for the first.</summary>
    public required Guid LoopId { get; init; }
    public required string FinderUscc { get; init; }
    public required string Kind { get; init; }
    public required string Channel { get; init; }

    /// <summary>The lawful basis of telling (R26).</summary>
    public required string Basis { get; init; }
    public required string BasisEvidence { get; init; }
    internal Guid PersonKey { get; init; }
    public required string NeedKind { get; init; }

    /// <summary>Whom it is for: the township of the person's residence, and the county as a copy.</summary>
    public required IReadOnlyList<string> Addressees { get; init; }

    /// <summary>The referral the other way that was under way when it was raised (scenario 27).</summary>
    public Guid? OriginId { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public string? Answer { get; init; }
    public string? AnswerReason { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public Guid? ForwardReferralId { get; init; }
}

/// <summary>What civil affairs can answer (R27).</summary>
public static class ReverseAnswer
{
    public const string Received = "RECEIVED";
    public const string AlreadyReceiving = "ALREADY_RECEIVING";
    public const string AcceptedApplication = "ACCEPTED_APPLICATION";
    public const string NotEligible = "NOT_ELIGIBLE";
}

/// <summary>The rules of reverse referrals, pure.</summary>
public static class ReverseRules
{
    private const int CountyDigits = 6;
    private const int TownshipDigits = 9;

    private static readonly string[] Kinds = ["NOTIFY", "ASSIST_APPLICATION"];
    private static readonly string[] Channels = ["HOME_VISIT", "FESTIVAL_VISIT", "NEIGHBOUR_SURVEY", "OTHER"];
    private static readonly string[] Bases = ["CONSENT", "STATUTORY", "VITAL"];

    private static readonly string[] Answers =
        [ReverseAnswer.Received, ReverseAnswer.AlreadyReceiving, ReverseAnswer.AcceptedApplication, ReverseAnswer.NotEligible];

    public static bool IsKind(string kind) => Kinds.Contains(kind);

    public static bool IsChannel(string channel) => Channels.Contains(channel);

    public static bool IsBasis(string basis) => Bases.Contains(basis);

    /// <summary>The township and its county, or the county alone; empty for a division that is neither (R25).</summary>
    public static IReadOnlyList<string> AddresseesOf(string division) =>
        division.Length is not (CountyDigits or TownshipDigits or TownshipDigits + 3) || !division.All(char.IsAsciiDigit) ? []
        : division.Length == CountyDigits ? [division]
        : [division[..TownshipDigits], division[..CountyDigits]];

    /// <summary>
    /// True if this may be answered so now: received once, and then one final answer; a reason goes with NOT_ELIGIBLE only,
    /// and always.
    /// </summary>
    public static bool MayAnswer(string? before, string answer, string? reason) =>
        Answers.Contains(answer)
        && (answer == ReverseAnswer.NotEligible) == !string.IsNullOrWhiteSpace(reason)
        && before switch
        {
            null => true,
            ReverseAnswer.Received => answer != ReverseAnswer.Received,
            _ => false,
        };
}
