using System.CommandLine;
using IntegrationHub.Database;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub consent show|withdraw|object|confirm</c>: the desk where a person sees and withdraws consents.</summary>
internal static class ConsentVerbs
{
    public static Command Create() => new("consent", "A person's consents: show them, withdraw them. 同意书。")
    {
        CreateShow(),
        CreateWithdraw(),
        CreateMatching("object", "The person objects to being matched by a machine: no automated offer until someone confirms.", true),
        CreateMatching("confirm", "A person has looked at the matching and confirms it: offers may go on.", false),
    };

    private static Argument<string> Person() => new("person")
    {
        Description = "A person key, the reference of a need, or - for an id number on the input.",
    };

    private static Command CreateShow()
    {
        var person = Person();
        var show = new Command("show", "What a person agreed to, how each consent stands and what happened to it.") { person };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var key = await KeyOf(services, parsed.GetRequiredValue(person), cancellationToken);
            var sheet = await services.GetRequiredService<ConsentDesk>().Show(key, cancellationToken);
            var page = new ConsentPage(services.GetRequiredService<CodeNames>());
            answer.Write(ConsentPage.DocumentOf(sheet), _ => Console.Out.Write(page.Text(sheet)));
            return 0;
        });
        return show;
    }

    private static Command CreateWithdraw()
    {
        var consent = new Argument<string?>("consent")
        {
            Description = "The consent's id.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var person = new Option<string?>("--person") { Description = "All consents of this person: a key, a need's reference, or -." };
        var by = new Option<string>("--by") { Description = "Who takes the withdrawal.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var withdraw = new Command("withdraw", "Withdraws one consent or all of a person: nothing more is released from now on.")
        {
            consent, person, by, reason,
        };
        withdraw.Validators.Add(given =>
        {
            if (given.GetValue(consent) is null == given.GetValue(person) is null)
                given.AddError("Name one consent, or --person.");
        });
        withdraw.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var order = new WithdrawalOrder
            {
                ConsentId = parsed.GetValue(consent),
                PersonKey = parsed.GetValue(person) is { } named ? await KeyOf(services, named, cancellationToken) : null,
                By = parsed.GetRequiredValue(by).Trim(),
                Reason = parsed.GetRequiredValue(reason).Trim(),
            };
            var outcome = await services.GetRequiredService<ConsentDesk>().Withdraw(order, cancellationToken);
            answer.Write(outcome, console =>
            {
                foreach (var ended in outcome.Withdrawn)
                    console.WriteLine($"{ended.ConsentId} 已撤回（第 {ended.Sequence} 号）");
                foreach (var before in outcome.EndedBefore)
                    console.WriteLine($"{before} 此前已经终止");
            });
            return 0;
        });
        return withdraw;
    }

    private static Command CreateMatching(string name, string description, bool objects)
    {
        var person = new PersonOptions();
        var command = new Command(name, description);
        person.AddTo(command);
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var order = person.Read(parsed).Checked();
            var key = await KeyOf(services, order.Person, cancellationToken);
            await services.GetRequiredService<ConsentDesk>().Say(key, objects, order.By, order.Reason, cancellationToken);
            answer.Write(new { personKey = key, objects }, console => console.WriteLine(objects ? "已记录反对自动匹配" : "已人工确认匹配"));
            return 0;
        });
        return command;
    }

    private static Task<Guid> KeyOf(IServiceProvider services, string named, CancellationToken cancellationToken) =>
        KeyOf(services, PersonReference.Read(named, Console.In), cancellationToken);

    internal static async Task<Guid> KeyOf(
        IServiceProvider services, PersonReference reference, CancellationToken cancellationToken)
    {
        await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
        var person = await services.GetRequiredService<PersonFinder>().Find(work, reference, cancellationToken);
        return person.PersonKey;
    }
}
