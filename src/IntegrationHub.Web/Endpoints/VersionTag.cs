using System.Globalization;

namespace IntegrationHub.Web.Endpoints;

/// <summary>The version of a referral as an entity tag: sent back in If-Match, a move is made on that version or not at all.</summary>
internal static class VersionTag
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version of an If-Match header; null without one. False if it is none of our tags.</summary>
    public static bool TryRead(string? header, out int? version)
    {
        version = null;
        if (string.IsNullOrEmpty(header))
            return true;
        var digits = header.AsSpan().Trim('"');
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            return false;
        version = read;
        return true;
    }
}
