namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Body of <c>POST /_admin/day</c>.</summary>
internal sealed record DayRequest(string? Date);
