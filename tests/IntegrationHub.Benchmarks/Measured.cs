using System.Diagnostics;

namespace IntegrationHub.Benchmarks;

/// <summary>What one repeat took: time, the most memory held meanwhile, bytes allocated.</summary>
internal sealed record Measured(TimeSpan Took, int RssMb, long AllocatedBytes)
{
    /// <summary>Runs the work on a heap that earlier work has left.</summary>
    public static async Task<Measured> Of(Func<Task> work)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await using var memory = MemoryPeak.Start();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        await work();
        var took = Stopwatch.GetElapsedTime(started);
        return new Measured(took, memory.Megabytes(), GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }
}
