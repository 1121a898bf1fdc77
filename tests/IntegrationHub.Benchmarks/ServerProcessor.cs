using System.Globalization;

namespace IntegrationHub.Benchmarks;

/// <summary>
/// Processor time of every PostgreSQL process that runs here: on two cores, what the server spends is what the hub lacks.
/// Sessions are pooled, so a difference over a repeat misses none that matters. Zero where there is no <c>/proc</c>.
/// </summary>
internal static class ServerProcessor
{
    private const int TicksPerSecond = 100; // USER_HZ, which proc(5) counts in

    public static TimeSpan Total()
    {
        if (!Directory.Exists("/proc"))
            return TimeSpan.Zero;
        long ticks = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                ticks += TicksOf(Path.Combine(folder, "stat"));
        }

        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    // The title of a session changes, the name in brackets stays. Then: state and 10 more, utime, stime.
    private static long TicksOf(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            if (!text.Contains("(postgres)", StringComparison.Ordinal))
                return 0;
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it ended meanwhile
        }
    }
}
