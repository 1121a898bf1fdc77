using System.Text.Json;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Testing.Processes;

/// <summary>
/// A running program of ours: started with its settings, ready when it has said so in a line of JSON, stopped or killed
/// on demand, and gone whenever we are gone.
/// </summary>
public sealed class HubProcess : IAsyncDisposable
{
    private readonly ProcessOptions _options;
    private readonly TaskCompletionSource<JsonElement> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamWriter _output;
    private readonly GuardedProcess _process;
    private readonly long _logLengthBefore;

    private HubProcess(HubProgram program, ProcessOptions options)
    {
        _options = options;
        Program = program;
        Directory.CreateDirectory(options.LogFolder);
        LogFile = Path.Combine(options.LogFolder, $"{options.Name}.log");
        OutputFile = Path.Combine(options.LogFolder, $"{options.Name}.out");
        _logLengthBefore = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
        _output = new StreamWriter(OutputFile, append: true) { AutoFlush = true };
        _process = GuardedProcess.Start(DotnetCommand.Describe(program, options, Hear));
    }

    public HubProgram Program { get; }

    /// <summary>Everything the program wrote to standard error.</summary>
    public string LogFile { get; }

    /// <summary>Everything the program wrote to standard output.</summary>
    public string OutputFile { get; }

    /// <summary>The address in the program's ready line; a program that does not listen has none.</summary>
    public Uri BaseAddress => Ready.TryGetProperty("listening", out var address)
        ? new Uri(address.GetString() ?? "")
        : throw new InvalidOperationException($"{Program.Project} does not listen.");

    /// <summary>The ready line itself.</summary>
    public JsonElement Ready { get; private set; }

    public int ProcessId => _process.ProcessId;

    public bool HasExited => _process.HasExited;

    /// <summary>Ends with the program, and with its exit code.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>Starts the program and waits for its ready line.</summary>
    public static async Task<HubProcess> Start(
        HubProgram program, ProcessOptions options, CancellationToken cancellationToken)
    {
        var started = new HubProcess(program, options);
        try
        {
            await started.UntilReady(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: the program has no time for a last word.</summary>
    public Task<int> Kill(CancellationToken cancellationToken) => _process.Kill(cancellationToken);

    /// <summary>SIGTERM, and SIGKILL when that is not heard in time. Returns the exit code.</summary>
    public Task<int> Stop() => _process.Stop();

    /// <summary>Sends any other signal, for example STOP and CONT.</summary>
    public void Signal(string signal) => _process.Signal(signal);

    /// <summary>The end of what this start of the program wrote to standard error.</summary>
    public string LastWords() => DotnetCommand.Tail(LogFile, _logLengthBefore);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        lock (_output)
            _output.Dispose();
    }

    private async Task UntilReady(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tooLong = Task.Delay(_options.ReadyWithin, patience.Token);
        await Task.WhenAny(_ready.Task, _process.Exited, tooLong);
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (_ready.Task.IsCompletedSuccessfully)
            Ready = await _ready.Task;
        else if (_process.HasExited)
            throw new ProcessFailedException(
                $"{Program.Project} ended with exit code {await _process.Exited} before it was ready.", LastWords());
        else
            throw new ProcessFailedException(
                $"{Program.Project} was not ready within {_options.ReadyWithin.TotalSeconds:0} s.", LastWords());
    }

    private void Hear(string line)
    {
        lock (_output)
        {
            if (_output.BaseStream is not null)
                _output.WriteLine(line);
        }

        if (!_ready.Task.IsCompleted && ReadyLine(line) is { } ready)
            _ready.TrySetResult(ready);
    }

    private static JsonElement? ReadyLine(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var says = document.RootElement;
            return says.TryGetProperty("listening", out _) || says.TryGetProperty("ready", out _) ? says.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
