using IntegrationHub.Failures;
using IntegrationHub.Pipeline.Redrive;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary>Shows on a terminal how far a preview or a re-drive is. Who looks away stops nothing.</summary>
internal static class RedriveWatch
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    public static async Task<RedriveSheet> Previewed(Answer answer, Func<IProgress<PreviewProgress>?, Task<RedriveSheet>> preview)
    {
        if (!answer.ForPerson || Console.IsErrorRedirected)
            return await preview(null);
        RedriveSheet? sheet = null;
        await Terminal().Progress().StartAsync(async context =>
        {
            var task = context.AddTask("preview");
            sheet = await preview(new Reporter(progress => (task.MaxValue, task.Value) = (Math.Max(1, progress.Total), progress.Done)));
        });
        return sheet!; // set above, or an exception has left
    }

    public static async Task<RedriveSheet> Watch(
        Answer answer, RedriveDesk desk, Administrator who, Guid operationId, CancellationToken cancellationToken)
    {
        if (!answer.ForPerson || Console.IsErrorRedirected)
        {
            await UntilItRests(desk, who, operationId, _ => { }, cancellationToken);
        }
        else
        {
            await Terminal().Progress().StartAsync(async context =>
            {
                var task = context.AddTask("re-drive");
                await UntilItRests(
                    desk, who, operationId,
                    operation =>
                    {
                        (task.MaxValue, task.Value) = (Math.Max(1, operation.Counts.Requested), operation.Counts.Ended);
                        task.Description = Markup.Escape($"{operation.State}, {operation.Counts.Failed} failed, {operation.Counts.Refused} refused");
                    },
                    cancellationToken);
            });
        }

        return await desk.Show(who, operationId, cancellationToken);
    }

    private static async Task UntilItRests(
        RedriveDesk desk, Administrator who, Guid operationId, Action<RedriveOperation> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var operation = await desk.Look(who, operationId, cancellationToken);
            show(operation);
            if (operation.State is not (RedriveState.Canary or RedriveState.Running or RedriveState.Cancelling))
                return;
            await Task.Delay(Poll, cancellationToken);
        }
    }

    private static IAnsiConsole Terminal() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private sealed class Reporter(Action<PreviewProgress> show) : IProgress<PreviewProgress>
    {
        public void Report(PreviewProgress value) => show(value);
    }
}
