using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Spectre.Console;

namespace IntegrationHub.Cli;

/// <summary>
/// How a verb answers: with <c>--json</c> one document on standard output, else text for people. Logs and progress go to
/// standard error, so that a script can always read the answer.
/// </summary>
internal sealed class Answer(bool json)
{
    public static readonly Option<bool> JsonOption = new("--json")
    {
        Description = "One JSON document on standard output.",
        Recursive = true,
    };

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        WriteIndented = true,
    };

    /// <summary>True when a person is watching: progress bars and tables are for them.</summary>
    public bool ForPerson => !json;

    public void Write(object document, Action<IAnsiConsole> forPerson)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(document, Options));
        else
            forPerson(AnsiConsole.Console);
    }

    public int Refuse(string code, string detail, string next)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new { error = new { code, title = code, detail, next } }, Options));
        else
            Console.Error.WriteLine($"{code}: {detail}\n  {next}");
        return 1;
    }

    /// <summary>A table whose cells are plain text.</summary>
    public static Table TableOf(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(Markup.Escape(column));
        return table;
    }
}
