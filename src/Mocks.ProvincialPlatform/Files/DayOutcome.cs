namespace Mocks.ProvincialPlatform.Files;

/// <summary>The answer to a day: the files dropped, and the same figures for what only the API serves.</summary>
internal sealed record DayOutcome(string Date, IReadOnlyList<FileOutcome> Files, IReadOnlyList<FileOutcome> Api);
