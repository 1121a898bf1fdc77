namespace Mocks.ProvincialPlatform.Rows;

/// <summary>How an id is written when somebody typed it carelessly; a reader can repair it.</summary>
internal enum Typing
{
    Clean, FullWidth, Spaced, SmallX,
}
