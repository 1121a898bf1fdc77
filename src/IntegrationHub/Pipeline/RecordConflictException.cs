namespace IntegrationHub.Pipeline;

/// <summary>One version of a source record says two things (<c>record.conflict</c>): held until a person decides which.</summary>
public sealed class RecordConflictException() : Exception("The same version of the record came with other content.");
