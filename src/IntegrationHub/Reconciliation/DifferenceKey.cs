namespace IntegrationHub.Reconciliation;

/// <summary>Keys of differences about one thing explained in parts: a part says its reason, so that keys stay apart.</summary>
internal static class DifferenceKey
{
    public static string Of(string thing, string? reason) => reason is null ? thing : $"{thing}:{reason}";
}
