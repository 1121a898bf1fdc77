using System.Diagnostics;

namespace IntegrationHub.Testing.Demo;

/// <summary>Watches a world until two looks in a row find nothing under way and nothing changed in between.</summary>
internal static class QuietWatch
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(500);

    private static readonly string[] s_waiting =
        ["chunksWaiting", "outboxWaiting", "deliveriesWaiting", "pushesWaiting"];

    public static async Task Wait(HubWorld world, TimeSpan within, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        var before = await Look(world, cancellationToken);
        while (true)
        {
            await Task.Delay(s_betweenLooks, cancellationToken);
            var now = await Look(world, cancellationToken);
            if (before.IsQuiet && now == before)
                return;
            if (waited.Elapsed > within)
                throw new TimeoutException(
                    $"After {waited.Elapsed.TotalSeconds:0} s there is still something under way: {now.StillWaiting}. "
                    + $"Logs: {world.Folders.Logs}");
            before = now;
        }
    }

    private static async Task<Sight> Look(HubWorld world, CancellationToken cancellationToken)
    {
        // The hub is asked, by a process, only when the federation has come to rest: asking is not free.
        var federation = await world.Federation.State(cancellationToken);
        if (!federation.Get("idle").GetBoolean())
            return new Sight(false, federation.GetRawText(), $"the charity federation: {federation.GetRawText()}");
        var status = (await world.Cli.Json(["status"], cancellationToken)).Json;
        var waiting = s_waiting.Where(name => status.Get(name).GetInt64() > 0).ToList();
        return new Sight(
            waiting.Count == 0,
            federation.GetRawText() + status.GetRawText(),
            waiting.Count == 0
                ? "the federation's counts still change"
                : string.Join(", ", waiting.Select(name => $"{name} = {status.Get(name)}")));
    }

    private sealed record Sight(bool IsQuiet, string Everything, string StillWaiting);
}
