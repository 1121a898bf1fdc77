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

    /// <summary>How many rows; several sizes are measured one after another, and how time grows between them is told.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [200_000];

    /// <summary>People of the made-up population of the identity benchmark.</summary>
    public int Persons { get; init; } = 100_000;

    public int Seed { get; init; } = 1;

    /// <summary>How many times the usual dirt.</summary>
    public double Dirt { get; init; } = 1;

    /// <summary>A labelled population to read instead of making one up.</summary>
    public string? LabelledFile { get; init; }

    /// <summary>Keeps the made-up population as a labelled file.</summary>
    public string? WriteTo { get; init; }

    /// <summary>Prints false links and missed people, record by record.</summary>
    public bool Show { get; init; }

    /// <summary>The built program of the peers; null measures the hub and the floor only.</summary>
    public string? Peers { get; init; }

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
                "--rows" when Numbers(value) is { } rows => options with { Rows = rows },
                "--persons" when Number(value) is { } persons => options with { Persons = persons },
                "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) => options with { Seed = seed },
                "--dirt" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var dirt) && dirt is >= 0 and <= 10 =>
                    options with { Dirt = dirt },
                "--file" when value.Length > 0 => options with { LabelledFile = value },
                "--write" when value.Length > 0 => options with { WriteTo = value },
                "--show" when value == "yes" => options with { Show = true },
                "--peers" when File.Exists(value) => options with { Peers = value },
                "--json" when value.Length > 0 => options with { JsonFile = value },
                _ => null,
            };
        }

        return options is not null;
    }

    private static List<int>? Numbers(string text)
    {
        var numbers = text.Split(',').Select(Number).ToList();
        return numbers.Contains(null) ? null : [.. numbers.OfType<int>()];
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= FewestRows and <= MostRows ? number : null;
}
