namespace Mocks.ProvincialPlatform.Needs;

/// <summary>An organisation of the directory, as far as a consent cares.</summary>
internal sealed record Organisation(string Uscc, bool IsNormal, string[] Scopes, string[] Areas)
{
    public bool Covers(string kind, string division) =>
        Scopes.Contains(kind, StringComparer.Ordinal)
        && Array.Exists(Areas, area => division.StartsWith(area, StringComparison.Ordinal));
}
