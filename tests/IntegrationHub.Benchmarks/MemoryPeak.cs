using System.Globalization;

namespace IntegrationHub.Benchmarks;

/// <summary>
/// The most memory this process holds from now on: the kernel's own high-water mark, reset, where that is allowed; else
/// the highest of many samples.
/// </summary>
internal sealed class MemoryPeak : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private readonly bool _wasReset;
    private readonly Task _sampling;
    private long _highest;

    private MemoryPeak()
    {
        _wasReset = TryReset();
        _sampling = Task.Run(Sample);
    }

    public static MemoryPeak Start() => new();

    public int Megabytes() => (int)((_wasReset ? HighWater() : Math.Max(_highest, Environment.WorkingSet)) >> 20);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sampling;
        _stopping.Dispose();
    }

    // 5 is the kernel's word for "forget the peak" (proc(5), clear_refs).
    private static bool TryReset()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The most memory another process has held since it began.</summary>
    public static int Megabytes(int processId) => (int)(HighWater($"{processId}") >> 20);

    private static long HighWater(string process = "self")
    {
        const string name = "VmHWM:";
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        var kilobytes = line.AsSpan(name.Length).TrimEnd("kB").Trim();
        return long.Parse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture) << 10;
    }

    private async Task Sample()
    {
        while (!_wasReset && !_stopping.IsCancellationRequested)
        {
            _highest = Math.Max(_highest, Environment.WorkingSet);
            await Task.Delay(s_pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
