using System.Text.Json.Serialization;

namespace IntegrationHub.Pipeline;

/// <summary>How a verification ended.</summary>
public abstract record Verification
{
    private Verification() { }

    /// <summary>Everything fits: so many audit entries, so many releases.</summary>
    public sealed record Proven(long AuditEntries, long Releases) : Verification
    {
        [JsonPropertyOrder(-1)]
        public string Verify { get; } = "ok";

        /// <summary>Decisions, permits and refusals, that were made again and said the same.</summary>
        public long Decisions { get; init; }

        /// <summary>Decisions that kept no facts to be made again from; those under releases are proven from the ledger.</summary>
        public long DecisionsWithoutFacts { get; init; }

        /// <summary>Days that are closed with a signed root.</summary>
        public int Roots { get; init; }

        /// <summary>Days that have ended and wait for their root; only the newest may.</summary>
        public IReadOnlyList<DateOnly> DaysWithoutRoot { get; init; } = [];
    }

    /// <summary>
    /// The first thing that does not fit. The code is <c>audit.broken</c>, <c>audit.root_broken</c>, <c>audit.root_missing</c>,
    /// <c>audit.rewritten</c>, <c>release.unproven</c>, <c>decision.unproven</c> or
    /// <c>decision.orphaned</c>.
    /// </summary>
    /// <param name="Code">The problem code.</param>
    /// <param name="Detail">Names the row.</param>
    /// <param name="Next">What to do.</param>
    public sealed record Broken(string Code, string Detail, string Next) : Verification;
}
