using System.Collections;
using System.Text;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Testing.Processes;

/// <summary>Describes a start of one of our programs to the guard.</summary>
internal static class DotnetCommand
{
    // An installation's settings in our own environment (a sourced env.sh) must not leak into another installation.
    private static readonly string[] ForeignSettings =
        ["Hub__", "Province__", "Federation__", "ASPNETCORE_", "DOTNET_ENVIRONMENT"];

    public static GuardedCommand Describe(HubProgram program, ProcessOptions options, Action<string>? onOutput) => new()
    {
        FileName = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        Arguments = [program.Path, .. options.Arguments],
        Environment = Surroundings(options),
        WorkingFolder = options.LogFolder,
        Grace = options.StopsWithin,
        LogFile = Path.Combine(options.LogFolder, $"{options.Name}.log"),
        ProcessIdFile = Path.Combine(options.LogFolder, $"{options.Name}.pid"),
        OnOutput = onOutput,
    };

    /// <summary>The last forty lines of a log, from an offset on.</summary>
    public static string Tail(string logFile, long from)
    {
        if (!File.Exists(logFile))
            return "";
        using var stream = new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Min(from, stream.Length);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(40));
    }

    private static Dictionary<string, string?> Surroundings(ProcessOptions options)
    {
        var surroundings = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => (string)variable.Key)
            .Where(name => ForeignSettings.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(name => name, string? (_) => null);
        foreach (var (name, value) in options.Environment)
            surroundings[name] = value;
        return surroundings;
    }
}
