namespace Mocks.ProvincialPlatform.Rows;

/// <summary>What makes a row unreadable.</summary>
internal enum Flaw
{
    None, UnknownCategory, BrokenId, ImpossibleDate, WordAmount, MissingColumn,
}
