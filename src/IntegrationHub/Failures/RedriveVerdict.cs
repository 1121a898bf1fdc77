namespace IntegrationHub.Failures;

/// <summary>What sending a failed message again would do, as of the moment it was asked.</summary>
public static class RedriveVerdict
{
    public const string WouldApply = "would-apply";
    public const string AlreadyApplied = "already-applied";

    /// <summary>Something newer about the same has taken effect.</summary>
    public const string Superseded = "superseded";
    public const string ConsentBlocked = "consent-blocked";
    public const string RecipientBlocked = "recipient-blocked";

    /// <summary>What it is about is over or gone.</summary>
    public const string Expired = "expired";
    public const string SchemaInvalid = "schema-invalid";

    /// <summary>One version says two things; a person decides which, by editing or discarding.</summary>
    public const string Contradicted = "contradicted";

    /// <summary>An earlier message of the same subject must go first.</summary>
    public const string HeldBehind = "held-behind";

    /// <summary>The policy of its endpoint or type forbids it.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>Another operation has it.</summary>
    public const string Taken = "taken";

    /// <summary>A person has closed it meanwhile.</summary>
    public const string Closed = "closed";

    public static readonly IReadOnlyList<string> All =
    [
        WouldApply, AlreadyApplied, Superseded, ConsentBlocked, RecipientBlocked, Expired, SchemaInvalid, Contradicted,
        HeldBehind, Forbidden, Taken, Closed,
    ];

    /// <summary>How a message ends that is not sent for this verdict.</summary>
    public static string ItemStateOf(string verdict) =>
        verdict == AlreadyApplied ? ItemState.AlreadyApplied : ItemState.Refused;
}
