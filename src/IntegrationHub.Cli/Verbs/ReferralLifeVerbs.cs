using System.CommandLine;
using IntegrationHub.Database;
using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub referral end</c> and <c>hub referral times</c>.</summary>
internal static class ReferralLifeVerbs
{
    private const int UsualDays = 30;

    public static Command CreateEnd()
    {
        var id = new Argument<Guid>("id") { Description = "The referral's id." };
        var reason = new Option<string>("--reason") { Description = "BY_GOVERNMENT, ENTERED_IN_ERROR or SUPERSEDED.", Required = true };
        var by = new Option<string>("--by") { Description = "Who decided it.", Required = true };
        var version = new Option<int?>("--expected-version") { Description = "Only if it still has this version." };
        var end = new Command("end", "Cancel, supersede or strike out a referral; what was released in error is recalled.") { id, reason, by, version };
        end.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var ending = new ReferralEnding(parsed.GetValue(id), parsed.GetRequiredValue(reason), parsed.GetRequiredValue(by))
            {
                ExpectedVersion = parsed.GetValue(version),
            };
            var stands = await services.GetRequiredService<ReferralDesk>().End(ending, cancellationToken);
            answer.Write(stands, console => console.WriteLine($"{stands.ReferralId} {stands.State} version {stands.Version}"));
            return 0;
        });
        return end;
    }

    public static Command CreateTimes()
    {
        var days = new Option<int>("--days") { Description = "Referrals that moved in the last so many days.", DefaultValueFactory = _ => UsualDays };
        var times = new Command("times", "How many hours from need to offer, to acceptance, to aid; paused time does not count.") { days };
        times.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var spans = await ReferralTimes.Between(
                work, now.AddDays(-Math.Clamp(parsed.GetValue(days), 1, 3_650)), now, cancellationToken);
            var ways = ReferralTimes.Summary(spans);
            answer.Write(new { ways }, console =>
            {
                var table = Answer.TableOf("way", "referrals", "p50 hours", "p95 hours");
                foreach (var way in ways)
                    table.AddRow(way.Way, $"{way.Count}", $"{way.MedianHours:0.0}", $"{way.SlowHours:0.0}");
                console.Write(table);
            });
            return 0;
        });
        return times;
    }
}
