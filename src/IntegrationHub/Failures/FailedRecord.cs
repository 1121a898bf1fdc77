namespace IntegrationHub.Failures;

/// <summary>
/// A single record that failed for good while its neighbours went through. The id names the failure: the same id again
/// is another attempt. The body is sealed by the caller, because a record carries identity and operators read this
/// table.
/// </summary>
public sealed record FailedRecord(Guid MessageId, string MessageType, Exception Cause, byte[] SealedBody)
{
    /// <summary>The division it belongs to, where the record says one: it decides who may see it.</summary>
    public string? Division { get; init; }

    public override string ToString() => $"{MessageType} {MessageId}";
}
