namespace IntegrationHub.Testing.Demo;

/// <summary>One file, or one snapshot paged from an interface: every row is in exactly one of four places.</summary>
public sealed record FileReport
{
    public required string Name { get; init; }

    public required long Rows { get; init; }

    public required long Unchanged { get; init; }

    public required long Applied { get; init; }

    public required long Quarantined { get; init; }

    public required long Held { get; init; }

    /// <summary>Rows that were read at all; an unchanged row is known by its hash.</summary>
    public required long Parsed { get; init; }

    /// <summary>The problem code of a file that was held or ignored.</summary>
    public string? Code { get; init; }

    public bool AddsUp() => Rows == Unchanged + Applied + Quarantined + Held;
}
