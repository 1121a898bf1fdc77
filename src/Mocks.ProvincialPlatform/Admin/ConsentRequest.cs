namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Body of <c>POST /_admin/consents</c>.</summary>
internal sealed record ConsentRequest(string? NeedNo, string? Event);
