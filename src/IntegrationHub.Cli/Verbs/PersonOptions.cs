using System.CommandLine;
using IntegrationHub.Pipeline.Rights;

namespace IntegrationHub.Cli.Verbs;

/// <summary>How every verb about a named person is called: who, by whom, why.</summary>
internal sealed class PersonOptions
{
    private readonly Argument<string> _person = new("person")
    {
        Description = "A person key, the reference of a need, or - for an id number on the input.",
    };

    private readonly Option<string> _by = new("--by") { Description = "Who asks.", Required = true };
    private readonly Option<string> _reason = new("--reason") { Description = "Why; no personal data.", Required = true };

    public void AddTo(Command command)
    {
        command.Add(_person);
        command.Add(_by);
        command.Add(_reason);
    }

    public RightsOrder Read(ParseResult parsed) => new(
        PersonReference.Read(parsed.GetRequiredValue(_person), Console.In), parsed.GetRequiredValue(_by), parsed.GetRequiredValue(_reason));
}
