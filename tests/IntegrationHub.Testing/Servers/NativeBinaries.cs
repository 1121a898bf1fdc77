using System.Globalization;

namespace IntegrationHub.Testing.Servers;

/// <summary>Finds the installed server programs, or says exactly what to install.</summary>
internal static class NativeBinaries
{
    private const string WhatToInstall =
        "Install it with `apt-get install -y postgresql rabbitmq-server`, or start a Docker engine, or name running "
        + "servers in HUB_TEST_POSTGRES and HUB_TEST_RABBITMQ.";

    /// <summary>The folder with initdb and postgres: the newest of Debian's, else the one on the path.</summary>
    public static string PostgresFolder() =>
        Candidates("HUB_POSTGRES_BIN", PackagedPostgres(), "initdb")
            .FirstOrDefault(folder => Has(folder, "initdb") && Has(folder, "postgres"))
        ?? throw new InvalidOperationException($"No PostgreSQL server (initdb, postgres) was found. {WhatToInstall}");

    /// <summary>
    /// The folder with the scripts below Debian's wrapper: /usr/sbin/rabbitmq-server itself runs for root and rabbitmq
    /// only and changes the account.
    /// </summary>
    public static string RabbitFolder() =>
        Candidates("HUB_RABBITMQ_SBIN", ["/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin"], "rabbitmq-server")
            .FirstOrDefault(folder => Has(folder, "rabbitmq-server"))
        ?? throw new InvalidOperationException($"No RabbitMQ server (rabbitmq-server) was found. {WhatToInstall}");

    public static string? Epmd() => OnPath("epmd") ?? Directory
        .EnumerateDirectories("/usr/lib/erlang", "erts-*")
        .Select(folder => Path.Combine(folder, "bin", "epmd"))
        .FirstOrDefault(File.Exists);

    private static IEnumerable<string> Candidates(string variable, IEnumerable<string> packaged, string program)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return [named];
        var onPath = OnPath(program);
        if (onPath is null)
            return packaged;
        var resolved = File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath;
        return [.. packaged, Path.GetDirectoryName(resolved)!]; // a file has a folder
    }

    private static IEnumerable<string> PackagedPostgres() =>
        !Directory.Exists("/usr/lib/postgresql")
            ? []
            : Directory.EnumerateDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder => int.TryParse(
                    Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                    ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"));

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static bool Has(string folder, string program) => File.Exists(Path.Combine(folder, program));
}
