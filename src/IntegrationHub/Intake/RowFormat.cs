namespace IntegrationHub.Intake;

/// <summary>How a row is written in the bytes of a snapshot.</summary>
public enum RowFormat
{
    /// <summary>Separated values with a header line (RFC 4180 quoting).</summary>
    Csv,

    /// <summary>One JSON object of strings a line, as an adapter writes pages of an API into the archive.</summary>
    JsonLines,
}
