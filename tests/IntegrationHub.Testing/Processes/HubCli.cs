using System.Text;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Testing.Processes;

/// <summary>Calls <c>hub</c> as an administrator would: a process per call, one installation's settings.</summary>
public sealed class HubCli(IReadOnlyDictionary<string, string> environment, string logFolder)
{
    private int _calls;

    /// <summary>Runs a verb to its end. Its standard error stays in the log folder as <c>cli-NNN-verb.log</c>.</summary>
    public async Task<CliResult> Run(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(logFolder);
        var options = new ProcessOptions
        {
            Arguments = arguments,
            Environment = environment,
            LogFolder = logFolder,
            Name = $"cli-{Interlocked.Increment(ref _calls):000}-{string.Join('-', arguments.TakeWhile(IsVerb))}",
        };
        var output = new StringBuilder();
        var command = DotnetCommand.Describe(HubProgram.Cli, options, line => output.AppendLine(line));

        await using var process = GuardedProcess.Start(command);
        var exitCode = await process.Exited.WaitAsync(cancellationToken);

        var error = await File.ReadAllTextAsync(command.LogFile, CancellationToken.None);
        return new CliResult(string.Join(' ', arguments), exitCode, output.ToString(), error);
    }

    /// <summary>Runs a verb with <c>--json</c>, which must succeed.</summary>
    public async Task<CliResult> Json(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await Run([.. arguments, "--json"], cancellationToken)).Succeeded();

    private static bool IsVerb(string argument) => argument.All(char.IsAsciiLetterLower);
}
