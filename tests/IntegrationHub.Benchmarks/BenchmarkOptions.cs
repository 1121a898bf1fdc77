using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IntegrationHub.Benchmarks;

/// <summary>The command line: which benchmark, how large, and where its figures go.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>Below this, one row in a thousand is no row at all.</summary>
    private const int FewestRows = 1_000;

    private const int MostRows = 20_000_000;

    public required string Verb { get; init; }

    public int Rows { get; init; } = 200_000;

    /// <summary>Takes the figures as JSON; null prints the table only.</summary>
    public string? JsonFile { get; init; }

    public static bool TryParse(ReadOnlySpan<string> arguments, [NotNullWhen(true)] out BenchmarkOptions? options)
    {
        options = arguments.Length == 0 ? null : new BenchmarkOptions { Verb = arguments[0] };
        for (var at = 1; at < arguments.Length && options is not null; at += 2)
        {
            var value = at + 1 < arguments.Length ? arguments[at + 1] : "";
            options = arguments[at] switch
            {
                "--rows" when Number(value) is { } rows => options with { Rows = rows },
                "--json" when value.Length > 0 => options with { JsonFile = value },
                _ => null,
            };
        }

        return options is not null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= FewestRows and <= MostRows ? number : null;
}
