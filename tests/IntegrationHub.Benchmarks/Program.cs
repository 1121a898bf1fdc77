using System.Runtime.InteropServices;
using IntegrationHub.Benchmarks.Claims;
using IntegrationHub.Benchmarks.Identity;
using IntegrationHub.Benchmarks.Intake;
using IntegrationHub.Benchmarks.Messaging;
using IntegrationHub.Benchmarks.Reconciliation;
using IntegrationHub.Benchmarks.Redrive;
using IntegrationHub.Benchmarks.Referrals;

namespace IntegrationHub.Benchmarks;

/// <summary>Figures as ratios against a floor measured in the same run (design.md §6). One verb, one folder.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: intake [--rows N[,M]] [--json FILE]
               decide [--rows DECISIONS] [--json FILE]
               routing [--rows NEEDS[,MORE]] [--json FILE]
               claim [--rows N] [--json FILE]
               redrive [--rows MESSAGES] [--json FILE]
               messaging [--rows MESSAGES] [--peers PROGRAM.dll] [--json FILE]
               reconcile [--rows LINES[,MORE]] [--json FILE]
               identity [--persons N] [--seed S] [--dirt FACTOR] [--file LABELLED.csv] [--write LABELLED.csv] [--show yes] [--json FILE]
        Peers are built apart, as not every registry has them: tests/IntegrationHub.Benchmarks.Peers.
        A labelled file is UTF-8 CSV with the columns record,person,idNo,name,sex,birth,division,householdRef,phone;
        person is the truth, sex 1 or 2, birth yyyy-MM-dd; what is unknown is empty, and no field holds a comma.
        """;

    private delegate Task<IReadOnlyList<Figure>> Benchmark(BenchmarkOptions options, CancellationToken stopping);

    public static async Task<int> Main(string[] args)
    {
        if (!BenchmarkOptions.TryParse(args, out var options) || (options.Verb != "identity" && BenchmarkOf(options.Verb) is null))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        using var stopping = new CancellationTokenSource();
        using var interrupt = StopOn(PosixSignal.SIGINT, stopping);
        using var terminate = StopOn(PosixSignal.SIGTERM, stopping);
        try
        {
            if (BenchmarkOf(options.Verb) is { } benchmark)
                await FigureReport.Write(await benchmark(options, stopping.Token), options.JsonFile, stopping.Token);
            else
                await IdentityBenchmark.Run(options, stopping.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before the end: no figures.");
            return 1;
        }
        catch (BenchmarkFailedException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static Benchmark? BenchmarkOf(string verb) => verb switch
    {
        "intake" => IntakeBenchmark.Run,
        "decide" => DecideBenchmark.Run,
        "routing" => RoutingBenchmark.Run,
        "claim" => ClaimBenchmark.Run,
        "redrive" => RedriveBenchmark.Run,
        "messaging" => MessagingBenchmark.Run,
        "reconcile" => ReconcileBenchmark.Run,
        _ => null,
    };

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stopping) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });
}
