using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Testing.Demo;

/// <summary>What kind of installation a <see cref="HubWorld"/> is.</summary>
public sealed record HubWorldOptions
{
    /// <summary>Working folder; null makes one in the temporary folder, which goes when the world goes.</summary>
    public string? Folder { get; init; }

    public int Persons { get; init; } = 2_000;

    public int Seed { get; init; } = 1;

    /// <summary>The worker's bus in memory, no RabbitMQ.</summary>
    public bool Embedded { get; init; }

    /// <summary>Whether a server started here writes its data through to the disk.</summary>
    public bool Durable { get; init; }

    /// <summary>A server shared with others; null starts one that belongs to this world.</summary>
    public PostgresServer? Postgres { get; init; }

    /// <summary>A broker shared with others; null starts one that belongs to this world.</summary>
    public RabbitServer? Rabbit { get; init; }

    /// <summary>More settings for worker, web and command line, or other values for the usual ones.</summary>
    public IReadOnlyDictionary<string, string> HubSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>More settings for the provincial platform, for example <c>Province__DirtyRate</c>.</summary>
    public IReadOnlyDictionary<string, string> ProvinceSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a night may take to become quiet.</summary>
    public TimeSpan QuietWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Hears what is going on, one line at a time.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}
