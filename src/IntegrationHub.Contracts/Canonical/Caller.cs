namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// Who calls at the charity door: the organisation, and the hash of the API key it showed (the key itself is kept
/// nowhere).
/// </summary>
public sealed record Caller(string Uscc, byte[] KeyHash)
{
    public override string ToString() => Uscc;
}
