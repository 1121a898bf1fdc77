using System.Globalization;

namespace IntegrationHub.Intake.Fields;

/// <summary>A value as its own form writes it: what a repair made of a cell, and what a second reading must understand.</summary>
internal static class FieldText
{
    /// <summary>Empty for a value that is absent.</summary>
    public static string Of(FieldValue value) => value.Boxed() switch
    {
        null => "",
        string text => text,
        string[] entries => string.Join('|', entries),
        DateOnly date => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        decimal amount => amount.ToString("0.00", CultureInfo.InvariantCulture),
        bool yes => yes ? "是" : "否",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => "",
    };
}
