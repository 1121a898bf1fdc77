using System.Diagnostics;

namespace IntegrationHub.Benchmarks;

/// <summary>
/// What one repeat took: time, this process's processor time, highest memory and allocations, and the processor time of
/// the PostgreSQL servers of this machine (zero where they run elsewhere).
/// </summary>
internal sealed record Measured(TimeSpan Took, TimeSpan Processor, int RssMb, long AllocatedBytes, TimeSpan Server)
{
    /// <summary>Runs the work on a heap that earlier work has left.</summary>
    public static async Task<Measured> Of(Func<Task> work)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await using var memory = MemoryPeak.Start();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var server = ServerProcessor.Total();
        var started = Stopwatch.GetTimestamp();
        await work();
        var took = Stopwatch.GetElapsedTime(started);
        return new Measured(
            took, Environment.CpuUsage.TotalTime - processor, memory.Megabytes(),
            GC.GetTotalAllocatedBytes(precise: true) - allocated, ServerProcessor.Total() - server);
    }
}
