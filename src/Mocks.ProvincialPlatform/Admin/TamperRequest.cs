namespace Mocks.ProvincialPlatform.Admin;

/// <summary>What becomes of a record of aid: lost, or of another amount.</summary>
internal sealed record TamperRequest(bool Lose = false, decimal? Amount = null);
