using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntegrationHub.Testing.Demo;

/// <summary>The demo: starts a world, lives its nights, prints and checks them, and leaves nothing behind.</summary>
internal sealed class DemoCommand(DemoOptions options, StopSignals signals)
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    private static readonly JsonSerializerOptions s_report = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly HubFolders _folders = new(options.Folder);
    private readonly List<NightReport> _nights = [];

    private string ReportFile => Path.Combine(options.Folder, "report.json");

    public static async Task<int> Run(DemoOptions options, StopSignals signals)
    {
        Directory.CreateDirectory(new HubFolders(options.Folder).Logs);
        try
        {
            await using var only = new FileStream(
                Path.Combine(options.Folder, "lock"), FileMode.Create, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose);
            return await new DemoCommand(options, signals).RunAlone();
        }
        catch (IOException taken) when (taken.Message.Contains("lock", StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync($"Another demo uses {options.Folder}: stop it, or name another --folder.");
            return Failed;
        }
    }

    private async Task<int> RunAlone()
    {
        int exitCode;
        try
        {
            exitCode = await RunWorld();
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Say("interrupted; everything is stopped");
            exitCode = Interrupted;
        }
        catch (Exception problem) // the program's edge: whatever it was, the caller gets a sentence and an exit code
        {
            await Console.Error.WriteLineAsync($"The demo failed: {problem.Message}");
            await File.WriteAllTextAsync(Path.Combine(_folders.Logs, "demo.log"), problem.ToString());
            exitCode = Failed;
        }

        if (!options.Keep)
            _folders.Clear(withLogs: exitCode == 0);
        if (exitCode == Failed)
            await Console.Error.WriteLineAsync($"Logs: {_folders.Logs}");
        return exitCode;
    }

    private async Task<int> RunWorld()
    {
        File.Delete(ReportFile);
        var world = await HubWorld.Start(WorldOptions(), signals.Token);
        try
        {
            return await Live(world);
        }
        finally
        {
            Say("stopping");
            await world.DisposeAsync();
        }
    }

    private async Task<int> Live(HubWorld world)
    {
        Say("subscribing the demo's charity organisations");
        await world.AddSubscriptions(signals.Token);
        for (var number = 1; number <= options.Nights; number++)
        {
            _nights.Add(await world.LiveNight(number, signals.Token));
            await WriteReport();
            Console.WriteLine();
            Console.WriteLine(NightTable.Print(_nights[^1]));
        }

        var broken = Promises.Broken(_nights, options.Persons);
        foreach (var promise in broken)
            await Console.Error.WriteLineAsync($"✗ {promise}");
        Say($"nights: {_nights.Count}, promises broken: {broken.Count}; {ReportFile}");
        if (!options.Once)
            await StayUntilStopped(world);
        return broken.Count == 0 ? 0 : Failed;
    }

    private async Task StayUntilStopped(HubWorld world)
    {
        var settings = HubSettings.ShellFile(world.Settings);
        await File.WriteAllTextAsync(world.Folders.EnvironmentFile, settings, signals.Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(world.Folders.EnvironmentFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var next = options.Nights + 1;
        var day = JsonSerializer.Serialize(new { date = Night.DateOf(next) });
        Console.WriteLine($"""

            Everything is running:
              hub: charity API, console   {world.Web.BaseAddress}
              provincial platform (mock)  {world.ProvincialPlatform.BaseAddress}
              charity federation (mock)   {world.CharityFederation.BaseAddress}
              servers                     {world.ServerKinds}
              logs                        {world.Folders.Logs}

            Try next, in another terminal:
              . {world.Folders.EnvironmentFile}
              hub status
              hub sync list
              hub quarantine list
              hub referral list
              hub reconcile show last
              hub verify
            One night more:
              curl -H 'content-type: application/json' -d '{day}' {world.ProvincialPlatform.BaseAddress}_admin/day
              hub sync run --as-of {Night.StartOf(next)}

            Ctrl-C stops all of it.
            """);
        await signals.Wait();
    }

    private HubWorldOptions WorldOptions() => new()
    {
        Folder = options.Folder,
        Persons = options.Persons,
        Seed = options.Seed,
        Embedded = options.Embedded,
        Durable = true,
        Progress = Say,
    };

    private Task WriteReport() =>
        File.WriteAllTextAsync(ReportFile, JsonSerializer.Serialize(new { nights = _nights }, s_report), signals.Token);

    private void Say(string what)
    {
        try
        {
            Console.WriteLine($"[{_clock.Elapsed.TotalSeconds,6:0.0} s] {what}");
        }
        catch (IOException)
        {
            // The terminal was closed; what is left to do is stopping, and that must go on.
        }
    }
}
