namespace IntegrationHub.Identity;

/// <summary>Why one key means another (contracts/canonical/person-alias.schema.json).</summary>
public static class AliasReason
{
    public const string CorrectedId = "CORRECTED_ID";
    public const string FromFifteenDigits = "FROM_15_DIGITS";
    public const string DuplicateId = "DUPLICATE_ID";
    public const string Merged = "MERGED";
}
