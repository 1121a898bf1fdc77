using System.CommandLine;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub held list|show|release|reject</c>: files that were held, and what an official decides about them.</summary>
internal static class HeldVerbs
{
    public static Command Create() => new("held", "Files that were held.") { CreateList(), CreateShow(), CreateRelease(), CreateReject() };

    private static Command CreateList()
    {
        var all = new Option<bool>("--all") { Description = "Also those that were decided." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 200 };
        var list = new Command("list", "Held files with the reason, the newest first.") { all, limit };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var texts = services.GetRequiredService<ProblemTexts>();
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var files = await HeldFileStore.List(
                work, parsed.GetValue(all), Math.Clamp(parsed.GetValue(limit), 1, 100_000), cancellationToken);
            answer.Write(new { items = files.Select(file => Document(file, texts)) }, console =>
            {
                var table = Answer.TableOf("id", "file", "rows", "last", "state", "code", "说明");
                foreach (var file in files)
                {
                    table.AddRow([.. new[]
                    {
                        $"{file.FileId}", file.Name, $"{file.Rows}", $"{file.LastRows}", file.State, file.Code, texts.Chinese(file.Code),
                    }.Select(Markup.Escape)]);
                }

                console.Write(table);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var which = Which();
        var show = new Command("show", "One held file, why, and what was decided.") { which };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var file = await services.GetRequiredService<HeldFiles>().Find(parsed.GetRequiredValue(which), cancellationToken);
            Write(answer, file, services.GetRequiredService<ProblemTexts>());
            return 0;
        });
        return show;
    }

    private static Command CreateRelease()
    {
        var which = Which();
        var (by, reason) = Decision();
        var noWait = new Option<bool>("--no-wait") { Description = "Leave it to the next run of its source." };
        var release = new Command("release", "Let a held file through, for the check that held it only.") { which, by, reason, noWait };
        release.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var held = services.GetRequiredService<HeldFiles>();
            var file = await held.Release(
                parsed.GetRequiredValue(which), parsed.GetRequiredValue(by), parsed.GetRequiredValue(reason), cancellationToken);
            if (parsed.GetValue(noWait))
            {
                Write(answer, file, services.GetRequiredService<ProblemTexts>());
                return 0;
            }

            var run = await SyncWatch.Run(
                services, (sync, reporter) => sync.RunReleased(file.Source, reporter, cancellationToken), answer.ForPerson, cancellationToken);
            file = await held.Find($"{file.FileId}", cancellationToken);
            answer.Write(new { file = Document(file, services.GetRequiredService<ProblemTexts>()), run }, console => SyncVerbs.Show(console, run));
            return file.State == "RELEASED" ? 0 : 1;
        });
        return release;
    }

    private static Command CreateReject()
    {
        var which = Which();
        var (by, reason) = Decision();
        var reject = new Command("reject", "Close a held file; it stays in the archive and is never applied.") { which, by, reason };
        reject.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var file = await services.GetRequiredService<HeldFiles>().Reject(
                parsed.GetRequiredValue(which), parsed.GetRequiredValue(by), parsed.GetRequiredValue(reason), cancellationToken);
            Write(answer, file, services.GetRequiredService<ProblemTexts>());
            return 0;
        });
        return reject;
    }

    private static Argument<string> Which() => new("file") { Description = "Its id from the list, or its name." };

    private static (Option<string> By, Option<string> Reason) Decision() => (
        new Option<string>("--by") { Description = "Who decides.", Required = true },
        new Option<string>("--reason") { Description = "Why.", Required = true });

    private static void Write(Answer answer, HeldFile file, ProblemTexts texts) => answer.Write(Document(file, texts), console =>
    {
        console.WriteLine($"{file.FileId} {file.Name} {file.State} {file.Code} {texts.Chinese(file.Code)} {file.Detail}".TrimEnd());
        console.WriteLine($"  {file.Source} {file.Type} {file.Area}, as of {file.AsOf:u}, {file.Rows} rows, {file.LastRows} in the last snapshot");
        if (file.DecidedAt is { } at)
            console.WriteLine($"  decided {at:u} by {file.DecidedBy}: {file.DecisionReason}");
    });

    private static object Document(HeldFile file, ProblemTexts texts) => new
    {
        id = file.FileId,
        file.Name,
        file.Source,
        file.Type,
        file.Area,
        file.State,
        file.Code,
        text = texts.Chinese(file.Code),
        file.Detail,
        file.Rows,
        file.LastRows,
        file.AsOf,
        file.ReceivedAt,
        file.RunId,
        file.DecidedBy,
        file.DecidedAt,
        file.DecisionReason,
    };
}
