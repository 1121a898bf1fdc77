using System.CommandLine;
using IntegrationHub.Contracts;
using IntegrationHub.Pipeline.Rights;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub hold set|lift|list</c>: what a law, a court or an inquiry wants kept.</summary>
internal static class HoldVerbs
{
    public static Command Create() => new("hold", "Legal holds: neither erasure nor retention touches what they cover.")
    {
        CreateChange("set", "Hold a person or a referral.", async (holds, subject, order, cancellationToken) =>
            await holds.Set(subject, order.By, order.Reason, cancellationToken)),
        CreateChange("lift", "Lift a hold.", async (holds, subject, order, cancellationToken) =>
            await holds.Lift(subject, order.By, order.Reason, cancellationToken)),
        CreateList(),
    };

    private static Command CreateChange(
        string name, string description, Func<LegalHolds, HoldSubject, RightsOrder, CancellationToken, Task> change)
    {
        var person = new PersonOptions();
        var isReferral = new Option<bool>("--referral") { Description = "The argument is a referral's id." };
        var command = new Command(name, description) { isReferral };
        person.AddTo(command);
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var order = person.Read(parsed).Checked();
            var subject = !parsed.GetValue(isReferral) ? new HoldSubject.OfPerson(order.Person)
                : order.Person is PersonReference.Key { PersonKey: var id } ? (HoldSubject)new HoldSubject.OfReferral(id)
                : throw new HubProblemException("usage", "A referral is named by its id.", "See `hub referral list`.");
            await change(services.GetRequiredService<LegalHolds>(), subject, order, cancellationToken);
            answer.Write(new { hold = name }, console => console.WriteLine(name == "set" ? "held" : "lifted"));
            return 0;
        });
        return command;
    }

    private static Command CreateList()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were lifted." };
        var list = new Command("list", "What is held, since when and why.") { all };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var items = await services.GetRequiredService<LegalHolds>().List(parsed.GetValue(all), cancellationToken);
            answer.Write(new { items }, console =>
            {
                var table = Answer.TableOf("kind", "subject", "since", "by", "why", "lifted");
                foreach (var item in items)
                {
                    table.AddRow(
                        item.Kind, $"{item.Subject}", $"{item.SetAt:u}", Markup.Escape(item.SetBy), Markup.Escape(item.Reason), $"{item.LiftedAt:u}");
                }

                console.Write(table);
            });
            return 0;
        });
        return list;
    }
}
