using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>A subscriber in another language, as a process that says a line of JSON for everything it takes.</summary>
internal sealed class ForeignProgram : IAsyncDisposable
{
    private static readonly SemaphoreSlim s_installing = new(1);
    private static string? s_installed;

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];

    private ForeignProgram(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data is null ? null : $"! {line.Data}");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; private set; }

    /// <summary>Starts a program and waits until it says that it listens.</summary>
    public static ForeignProgram Start(string program, string file, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, [file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var running = new ForeignProgram(new Process { StartInfo = start });
        running.Port = running.Next().GetProperty("listening").GetInt32();
        return running;
    }

    /// <summary>The next thing it says.</summary>
    public JsonElement Next()
    {
        Assert.True(_lines.TryTake(out var line, TimeSpan.FromSeconds(60)), "The program says nothing.");
        Assert.True(line!.StartsWith('{'), line); // else it is what it wrote on standard error
        return JsonDocument.Parse(line).RootElement;
    }

    /// <summary>The folder with the tests' programs and the packages of their lock file, installed once below artifacts.</summary>
    public static async Task<string> Npm(CancellationToken cancellationToken)
    {
        await s_installing.WaitAsync(cancellationToken);
        try
        {
            if (s_installed is not null)
                return s_installed;
            var source = Path.Combine(Checkout.Root, "tests", "IntegrationHub.IntegrationTests", "Subscriptions", "npm");
            var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "npm-subscribers")).FullName;
            foreach (var file in Directory.GetFiles(source))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!; // without a shell there is always one, or it throws
            var said = await Task.WhenAll(npm.StandardError.ReadToEndAsync(cancellationToken), npm.StandardOutput.ReadToEndAsync(cancellationToken));
            await npm.WaitForExitAsync(cancellationToken);
            Assert.True(npm.ExitCode == 0, said[0]);
            return s_installed = folder;
        }
        finally
        {
            s_installing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is { Length: > 0 })
            _lines.Add(line);
    }
}
