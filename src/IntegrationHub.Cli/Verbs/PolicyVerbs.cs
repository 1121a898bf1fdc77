using System.CommandLine;
using IntegrationHub.Contracts;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub policy check|show|publish</c>: the rules as data.</summary>
internal static class PolicyVerbs
{
    public static Command Create() => new("policy", "The rules: need kinds, windows, whitelists, standards. 规则包。")
    {
        CreateCheck(), CreateShow(), CreatePublish(),
    };

    private static Command CreateCheck()
    {
        var path = new Argument<string>("path") { Description = "A pack, or a folder with packs and working-day calendars." };
        var check = new Command("check", "Find overlaps, gaps and unknown names, with their place; needs no database.") { path };
        check.SetVerb((services, parsed, answer, _) =>
        {
            var contracts = services.GetRequiredService<ContractsFolder>().Path;
            var files = FilesOf(parsed.GetRequiredValue(path));
            var packs = files.Where(file => !IsCalendar(file.File)).ToList();
            var findings = new PolicyCheck(contracts).Of(packs)
                .Concat(files.Where(file => IsCalendar(file.File)).SelectMany(file => CalendarCheck.Of(file.File, file.Body)))
                .ToList();
            var names = new PolicyNames(contracts);
            var documents = findings.ConvertAll(finding => new
            {
                finding.File, finding.Line, finding.Path, finding.Code, finding.Text, textZh = names.NameOf("problem-code", finding.Code),
            });
            answer.Write(new { ok = findings.Count == 0, files = files.Select(file => file.File), findings = documents }, console =>
            {
                foreach (var finding in documents)
                    console.WriteLine($"{finding.File}:{finding.Line} {finding.Path}: {finding.Code} {finding.textZh} {finding.Text}");
                console.WriteLine(findings.Count == 0 ? $"{files.Count} files, nothing wrong." : $"{findings.Count} findings.");
            });
            return Task.FromResult(findings.Count == 0 ? 0 : 1);
        });
        return check;
    }

    private static bool IsCalendar(string file) => file.StartsWith("working-days-", StringComparison.Ordinal);

    private static List<(string File, byte[] Body)> FilesOf(string path)
    {
        if (File.Exists(path))
            return [(Path.GetFileName(path), File.ReadAllBytes(path))];
        var files = Directory.Exists(path)
            ? Directory.GetFiles(path, "policy-*.json").Concat(Directory.GetFiles(path, "working-days-*.json"))
                .Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))).ToList()
            : [];
        return files.Count > 0 ? files : throw new HubProblemException(
            "policy.unreadable", $"There is no pack at {path}.", "Give the path of a pack or of a folder with packs.");
    }

    private static Command CreateShow()
    {
        var version = new Argument<string?>("version") { Description = "A version; the one in force today without.", Arity = ArgumentArity.ZeroOrOne };
        var show = new Command("show", "One version of the rules in words, and all versions there are.") { version };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var book = services.GetRequiredService<PolicyBook>();
            var today = HubCalendar.DayOf(services.GetRequiredService<TimeProvider>().GetUtcNow());
            var versions = await services.GetRequiredService<PolicyDesk>().Versions(cancellationToken);
            var pack = parsed.GetValue(version) is { } asked
                ? book.Version(asked) ?? throw new HubProblemException("policy.missing", $"There is no version {asked}.", "See `hub policy show`.")
                : book.Require(today);
            var lines = new PolicyText(new PolicyNames(services.GetRequiredService<ContractsFolder>().Path)).Of(pack);
            answer.Write(new { pack.Version, pack.EffectiveFrom, pack.EffectiveTo, text = lines, versions }, console =>
            {
                foreach (var line in lines)
                    console.WriteLine(line);
                var table = Answer.TableOf("version", "from", "to", "published", "by", "approved by", "reason");
                foreach (var one in versions)
                {
                    table.AddRow(
                        Markup.Escape(one.Version), $"{one.EffectiveFrom:yyyy-MM-dd}", $"{one.EffectiveTo:yyyy-MM-dd}", $"{one.PublishedAt:u}",
                        Markup.Escape(one.PublishedBy), Markup.Escape(one.ApprovedBy), Markup.Escape(one.Reason));
                }

                console.Write(table);
            });
            return 0;
        });
        return show;
    }

    private static Command CreatePublish()
    {
        var file = new Argument<string>("file") { Description = "The pack to publish." };
        var by = new Option<string>("--by") { Description = "Who publishes: the first proposes, a second approves.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var publish = new Command("publish", "Propose a version, or approve what another proposed: it holds from its day on.") { file, by, reason };
        publish.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
                throw new HubProblemException("policy.unreadable", $"There is no file {Path.GetFileName(path)}.", "Give the path of a pack.");
            var published = await services.GetRequiredService<PolicyDesk>().Publish(
                services.GetRequiredService<ContractsFolder>().Path, path, parsed.GetRequiredValue(by).Trim(),
                parsed.GetRequiredValue(reason).Trim(), cancellationToken);
            var pack = PolicyFile.Parse(await File.ReadAllBytesAsync(path, cancellationToken), Path.GetFileName(path));
            var state = published ? "PUBLISHED" : "PROPOSED";
            answer.Write(new { pack.Version, pack.EffectiveFrom, state }, console => console.WriteLine(
                published ? $"{pack.Version} holds from {pack.EffectiveFrom:yyyy-MM-dd} on." : $"{pack.Version} is proposed; a second person approves it with the same command."));
            return 0;
        });
        return publish;
    }
}
