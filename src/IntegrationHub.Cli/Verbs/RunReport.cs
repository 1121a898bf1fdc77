using IntegrationHub.Database;
using IntegrationHub.Intake;

namespace IntegrationHub.Cli.Verbs;

/// <summary>What <c>hub sync show</c> answers: a run with every file, to the row.</summary>
internal sealed record RunReport(
    Guid RunId, string Source, DateTimeOffset AsOf, string State, double Seconds, IReadOnlyList<FileAccount> Files,
    IReadOnlyList<RunProblem> Problems)
{
    public static async Task<RunReport> Of(HubTransaction work, Run run, CancellationToken cancellationToken)
    {
        var files = await FileStore.Accounts(work, run.RunId, cancellationToken);
        var problems = files.Where(file => file.Code is not null).Select(file => new RunProblem(file.Code!, file.Name, file.State)).ToList(); // filtered
        if (run.ProblemCode is { } code)
            problems.Add(new RunProblem(code, "", run.ProblemText ?? ""));
        var seconds = run.FinishedAt is { } finished ? (finished - run.StartedAt).TotalSeconds : 0;
        return new RunReport(run.RunId, run.Source, run.AsOf, run.State, Math.Round(seconds, 3), files, problems);
    }
}

/// <summary>Something a run met: a held or ignored file, or a partner that did not deliver.</summary>
internal sealed record RunProblem(string Code, string File, string Text);
