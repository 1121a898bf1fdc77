using System.Diagnostics;

namespace IntegrationHub.Testing.Servers;

/// <summary>Runs shell scripts in a session of their own, so that a Ctrl-C for us is not one for them.</summary>
internal static class ShellCommand
{
    private static readonly bool HasSetsid = File.Exists("/usr/bin/setsid");

    public static bool IsRoot => Environment.UserName == "root";

    public static ProcessStartInfo Describe(string? user, string script, IReadOnlyList<string> arguments)
    {
        string[] shell = HasSetsid ? ["/usr/bin/setsid", "/bin/sh"] : ["/bin/sh"];
        var start = new ProcessStartInfo(shell[0], [.. shell[1..], "-c", script, "sh", .. arguments])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        if (user is not null)
            start.UserName = user;
        return start;
    }

    /// <summary>Runs a program to its end and gives back its exit code and everything it wrote.</summary>
    public static async Task<(int ExitCode, string Output)> Run(
        string? user, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var start = Describe(user, "exec \"$@\" 2>&1", command);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output);
    }
}
