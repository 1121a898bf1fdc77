namespace IntegrationHub.Policy;

/// <summary>Whether a need may be referred at all, before anyone asks to whom.</summary>
public abstract record Eligibility
{
    private Eligibility()
    {
    }

    /// <summary>Why not: a code of <c>problem-code.csv</c>; null when it may.</summary>
    public virtual string? Objection => null;

    /// <summary>It may. <paramref name="Advice"/> are codes of what an official may want to look at; they stop nothing.</summary>
    public sealed record Eligible(IReadOnlyList<string> Advice) : Eligibility;

    /// <summary>It may not, and which predicate of which rule says so.</summary>
    public sealed record NotEligible(string Reason, string Predicate) : Eligibility
    {
        public override string Objection => Reason;
    }

    /// <summary>Something is still to come, such as the settlement of an insurance (R42).</summary>
    public sealed record Waiting(string Reason, string Predicate) : Eligibility
    {
        public override string Objection => Reason;
    }
}
