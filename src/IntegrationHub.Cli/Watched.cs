using IntegrationHub.Pipeline;
using Spectre.Console;

namespace IntegrationHub.Cli;

/// <summary>Shows on a terminal how far long work is; elsewhere it says nothing.</summary>
internal static class Watched
{
    public static async Task<T> Run<T>(Answer answer, Func<IProgress<VerifyProgress>?, Task<T>> work)
    {
        if (!answer.ForPerson || Console.IsErrorRedirected)
            return await work(null);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var result = default(T);
        await console.Progress().StartAsync(async context => result = await work(new Bars(context)));
        return result!; // set by the line above, or an exception has left
    }

    private sealed class Bars(ProgressContext context) : IProgress<VerifyProgress>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(VerifyProgress value)
        {
            if (!_tasks.TryGetValue(value.What, out var task))
                _tasks[value.What] = task = context.AddTask(Markup.Escape(value.What));
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }
}
