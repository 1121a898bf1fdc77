using System.CommandLine;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub subscription add|list</c>: who is told of referral events.</summary>
internal static class SubscriptionVerbs
{
    public static Command Create()
    {
        var org = new Option<string>("--org") { Description = "The organisation's USCC.", Required = true };
        var url = new Option<string>("--url") { Description = "Where its webhook listens.", Required = true };
        var add = new Command("add", "Subscribe an organisation; key and secret are shown once.") { org, url };
        add.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var added = await services.GetRequiredService<SubscriptionService>().Add(
                parsed.GetRequiredValue(org), parsed.GetRequiredValue(url), cancellationToken);
            answer.Write(
                new { added.SubscriptionId, added.Uscc, added.ApiKey, added.Secret },
                console => console.WriteLine(
                    $"subscription {added.SubscriptionId}\napi key      {added.ApiKey}\nsecret       {added.Secret}\nBoth are shown only now."));
            return 0;
        });

        var list = new Command("list", "All subscriptions.");
        list.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            var all = await services.GetRequiredService<SubscriptionService>().List(cancellationToken);
            answer.Write(new { items = all }, console =>
            {
                foreach (var subscription in all)
                    console.WriteLine($"{subscription}");
            });
            return 0;
        });
        return new Command("subscription", "Who is told of referral events.") { add, list };
    }
}
