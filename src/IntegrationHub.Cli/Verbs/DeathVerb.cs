using System.CommandLine;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub person death</c>: what somebody found out about a person's death (P15).</summary>
internal static class DeathVerb
{
    public static Command Create() => new("person", "What is known of a person.") { CreateDeath() };

    private static Command CreateDeath()
    {
        var person = new PersonOptions();
        var status = new Option<string>("--status") { Description = "NONE, SUSPECTED or CONFIRMED.", Required = true };
        var evidence = new Option<string?>("--evidence") { Description = "Reference or hash of what shows it; a confirmation needs one." };
        var death = new Command("death", "Confirms a death, suspects it, or disproves it so that everything goes on.") { status, evidence };
        person.AddTo(death);
        death.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var order = person.Read(parsed).Checked();
            var key = await ConsentVerbs.KeyOf(services, order.Person, cancellationToken);
            var finding = new DeathFinding(
                key, parsed.GetRequiredValue(status), parsed.GetValue(evidence), order.By, order.Reason);
            var changed = await services.GetRequiredService<DeathWatch>().Find(finding, cancellationToken);
            answer.Write(
                new { personKey = key, status = finding.Status, changed },
                console => console.WriteLine(changed ? $"已记录：{finding.Status}" : "状态没有变化"));
            return 0;
        });
        return death;
    }
}
