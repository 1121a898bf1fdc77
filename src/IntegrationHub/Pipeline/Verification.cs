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
    }

    /// <summary>The first thing that does not fit. The code is <c>audit.broken</c> or <c>release.unproven</c>.</summary>
    /// <param name="Code">The problem code.</param>
    /// <param name="Detail">Names the row.</param>
    /// <param name="Next">What to do.</param>
    public sealed record Broken(string Code, string Detail, string Next) : Verification;
}
