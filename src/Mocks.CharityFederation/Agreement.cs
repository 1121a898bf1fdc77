namespace Mocks.CharityFederation;

/// <summary>The agreement under which an organisation may receive data, with the most it may ask for.</summary>
internal sealed record Agreement(string Id, DateOnly From, DateOnly To, IReadOnlyList<string> Items);
