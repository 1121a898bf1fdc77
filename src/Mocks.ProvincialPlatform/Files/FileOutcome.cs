namespace Mocks.ProvincialPlatform.Files;

/// <summary>What one file of a day holds, and how it differs from the day before.</summary>
internal sealed record FileOutcome(string Name, int Rows, int Changed, int New, int Gone, int Dirty);
