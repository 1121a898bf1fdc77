using System.Diagnostics;

namespace IntegrationHub.Testing.Servers;

/// <summary>
/// The private folder of one native server. A janitor shell holds the other end of our pipe: when it closes, it waits
/// until the server is gone, ends what the server left running and removes the folder. A clean end and a SIGKILL of
/// ours take the same way.
/// </summary>
internal sealed class ServerFolder : IAsyncDisposable
{
    // Arguments: folder, epmd, its port (both empty for PostgreSQL).
    private const string JanitorScript = """
        folder=$1 epmd=$2
        export ERL_EPMD_PORT="$3"
        cat >/dev/null
        exec >/dev/null 2>&1
        n=0
        while [ $n -lt 200 ] && [ -s "$folder/pid" ] && kill -0 "$(cat "$folder/pid")"; do sleep 0.1; n=$((n + 1)); done
        n=0
        while [ -n "$epmd" ] && [ $n -lt 50 ] && "$epmd" -names; do "$epmd" -kill; sleep 0.1; n=$((n + 1)); done
        n=0
        while [ $n -lt 20 ] && ! rm -rf "$folder"; do sleep 0.1; n=$((n + 1)); done
        """;

    private readonly Process _janitor;

    private ServerFolder(string path, Process janitor)
    {
        Path = path;
        _janitor = janitor;
    }

    public string Path { get; }

    public string LogFile => In("log");

    public string ProcessIdFile => In("pid");

    public static ServerFolder Create(string prefix, string? epmd, int epmdPort)
    {
        var path = Directory.CreateTempSubdirectory(prefix).FullName;
        var start = ShellCommand.Describe(
            user: null, JanitorScript, [path, epmd ?? "", epmd is null ? "" : $"{epmdPort}"]);
        return new ServerFolder(
            path, Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start."));
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The last lines of the server's log, for the text of an exception.</summary>
    public string LogTail() =>
        File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(30)) : "(no log)";

    public async ValueTask DisposeAsync()
    {
        _janitor.StandardInput.Close();
        await _janitor.WaitForExitAsync(CancellationToken.None);
        _janitor.Dispose();
    }
}
