using System.Text.Json;

namespace IntegrationHub.Testing.Processes;

/// <summary>What one call of <c>hub</c> gave back.</summary>
public sealed record CliResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>The JSON document on standard output.</summary>
    public JsonElement Json
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Output);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                throw new ProcessFailedException(
                    $"`hub {Command}` (exit code {ExitCode}) did not write one JSON document: '{Output}'.", LastWords);
            }
        }
    }

    private string LastWords => string.Join('\n', Error.TrimEnd().Split('\n').TakeLast(40));

    /// <summary>This result, if the call succeeded; else an exception with what it said.</summary>
    public CliResult Succeeded() => ExitCode == 0
        ? this
        : throw new ProcessFailedException(
            $"`hub {Command}` ended with exit code {ExitCode}. {Output.Trim()}", LastWords);
}
