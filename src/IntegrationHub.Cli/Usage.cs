using System.CommandLine;

namespace IntegrationHub.Cli;

/// <summary>Wrong usage: what was wrong and the usage line, exit code 2.</summary>
internal static class Usage
{
    public static int Explain(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine(error.Message);
        var path = new List<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
            path.Insert(0, command.Command is RootCommand ? "hub" : command.Command.Name);
        var parts = parsed.CommandResult.Command.Subcommands.Select(verb => verb.Name).ToList();
        var arguments = parsed.CommandResult.Command.Arguments.Select(argument => argument.Name.ToUpperInvariant());
        var options = parsed.CommandResult.Command.Options.Select(option => $"[{option.Name}]");
        Console.Error.WriteLine(
            $"usage: {string.Join(' ', path)} {(parts.Count > 0 ? $"{string.Join('|', parts)} " : "")}{string.Join(' ', [.. arguments, .. options])} [--json]");
        return 2;
    }
}
