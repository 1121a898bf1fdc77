namespace IntegrationHub.Pipeline.Redrive;

/// <summary>Take failed records through the stations again. Carries references; the records stay sealed in the database.</summary>
public sealed record RedriveRecords
{
    public required IReadOnlyList<long> FailureIds { get; init; }
}
