namespace IntegrationHub.Contracts;

/// <summary>
/// One thing that is wrong with foreign data. The code is a promise (<c>contracts/codes/problem-code.csv</c>),
/// the column says where; a value is never part of it, because values are personal.
/// </summary>
public sealed record Problem(string Code, string Column);

/// <summary>
/// A refusal the caller can act on: a stable code, a sentence, and the next step. Thrown at the doors only, where it
/// becomes a problem document (RFC 9457) or an exit code.
/// </summary>
public sealed class HubProblemException(string code, string detail, string next, Exception? cause = null)
    : Exception(detail, cause)
{
    /// <summary>The stable code, as listed in <c>contracts/codes/problem-code.csv</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What the reader can do about it.</summary>
    public string Next { get; } = next;

    /// <summary>The version the thing has now, where the caller meant another.</summary>
    public int? Version { get; init; }
}
