namespace IntegrationHub.Reconciliation;

/// <summary>The three levels books are compared on (design.md §2).</summary>
public static class DifferenceLevel
{
    /// <summary>Files and messages: did everything arrive that was sent.</summary>
    public const string Transport = "transport";

    /// <summary>Records: does everyone have the same, field by field.</summary>
    public const string Record = "record";

    /// <summary>Money: does it add up to the same.</summary>
    public const string Payment = "payment";
}
