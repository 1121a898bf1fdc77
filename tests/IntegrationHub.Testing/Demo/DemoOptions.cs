using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.Testing.Demo;

/// <summary>The demo's command line.</summary>
internal sealed record DemoOptions
{
    /// <summary>Ends after the nights instead of leaving everything running.</summary>
    public bool Once { get; init; }

    public int Persons { get; init; } = 20_000;

    public int Nights { get; init; } = 2;

    public int Seed { get; init; } = 1;

    /// <summary>Leaves the working folder as it is at the end.</summary>
    public bool Keep { get; init; }

    /// <summary>No RabbitMQ: the worker's own bus in memory.</summary>
    public bool Embedded { get; init; }

    public string Folder { get; init; } = Path.Combine(Checkout.Root, ".local", "demo");

    public static bool TryParse(ReadOnlySpan<string> arguments, [NotNullWhen(true)] out DemoOptions? options)
    {
        options = new DemoOptions();
        for (; arguments.Length > 0 && options is not null; arguments = arguments[1..])
        {
            var value = arguments.Length > 1 ? arguments[1] : "";
            var takesValue = arguments[0] is "--persons" or "--nights" or "--seed" or "--folder";
            options = arguments[0] switch
            {
                "--once" => options with { Once = true },
                "--keep" => options with { Keep = true },
                "--embedded" => options with { Embedded = true },
                "--persons" when Number(value, 30, 10_000_000) is { } persons => options with { Persons = persons },
                "--nights" when Number(value, 1, 365) is { } nights => options with { Nights = nights },
                "--seed" when Number(value, 0, int.MaxValue) is { } seed => options with { Seed = seed },
                "--folder" when value.Length > 0 => options with { Folder = Path.GetFullPath(value) },
                _ => null,
            };
            if (takesValue && options is not null)
                arguments = arguments[1..];
        }

        return options is not null;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : null;
}
