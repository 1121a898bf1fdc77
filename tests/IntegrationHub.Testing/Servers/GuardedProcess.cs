using System.Diagnostics;
using System.Globalization;

namespace IntegrationHub.Testing.Servers;

/// <summary>
/// A child process under a small shell that holds the other end of our pipe. When the pipe closes, because we stop it,
/// crash or are killed with SIGKILL, the shell stops the child. Lines written to the pipe are signals for the child.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    // Arguments: log, process id file, output (log|pipe), stop signal, tenths of a second of grace, then the command.
    private const string GuardScript = """
        log=$1 pid=$2 output=$3 stop=$4 grace=$5
        shift 5
        exec 3<&0 </dev/null 2>>"$log"
        [ "$output" = pipe ] || exec >>"$log"
        "$@" 3<&- &
        child=$!
        echo "$child" >"$pid"
        {
            while read -r signal; do kill -s "$signal" "$child"; done <&3
            kill -s "$stop" "$child"
            while [ "$grace" -gt 0 ] && kill -0 "$child"; do sleep 0.1; grace=$((grace - 1)); done
            kill -s KILL "$child"
        } >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait "$child"
        code=$?
        kill -s KILL "$watch" 2>/dev/null
        exit "$code"
        """;

    private readonly Process _process;
    private readonly GuardedCommand _command;
    private readonly Lock _pipe = new();

    private GuardedProcess(Process process, GuardedCommand command)
    {
        _process = process;
        _command = command;
        Exited = WaitForExit();
    }

    /// <summary>Ends when the child has ended, with its exit code (128 + signal if one killed it).</summary>
    public Task<int> Exited { get; }

    public bool HasExited => Exited.IsCompleted;

    /// <summary>The child's own process id, not the guard's.</summary>
    public int ProcessId => int.Parse(File.ReadAllText(_command.ProcessIdFile), CultureInfo.InvariantCulture);

    public static GuardedProcess Start(GuardedCommand command)
    {
        File.Delete(command.ProcessIdFile);
        var start = ShellCommand.Describe(
            command.User,
            GuardScript,
            [
                command.LogFile, command.ProcessIdFile, command.OnOutput is null ? "log" : "pipe", command.StopSignal,
                ((int)(command.Grace.TotalSeconds * 10)).ToString(CultureInfo.InvariantCulture), command.FileName,
                .. command.Arguments,
            ]);
        start.WorkingDirectory = command.WorkingFolder;
        start.RedirectStandardOutput = command.OnOutput is not null;
        foreach (var (name, value) in command.Environment)
            Set(start, name, value);

        var process = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
        if (command.OnOutput is { } listener)
        {
            process.OutputDataReceived += (_, line) => { if (line.Data is not null) listener(line.Data); };
            process.BeginOutputReadLine();
        }

        return new GuardedProcess(process, command);
    }

    /// <summary>Sends a signal by its name without SIG, for example KILL, STOP or CONT.</summary>
    public void Signal(string signal)
    {
        lock (_pipe)
        {
            try
            {
                _process.StandardInput.WriteLine(signal);
                _process.StandardInput.Flush();
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                // The child has ended already, and its guard with it.
            }
        }
    }

    /// <summary>SIGKILL, and waits until the child is gone.</summary>
    public async Task<int> Kill(CancellationToken cancellationToken)
    {
        Signal("KILL");
        return await Exited.WaitAsync(cancellationToken);
    }

    /// <summary>Sends the stop signal, waits for the grace and kills what is left.</summary>
    public async Task<int> Stop()
    {
        lock (_pipe)
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The guard has gone first.
            }
        }

        try
        {
            return await Exited.WaitAsync(_command.Grace + TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            return await Exited;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _process.Dispose();
    }

    private static void Set(ProcessStartInfo start, string name, string? value)
    {
        if (value is null)
            start.Environment.Remove(name);
        else
            start.Environment[name] = value;
    }

    private async Task<int> WaitForExit()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }
}
