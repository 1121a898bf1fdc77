using System.Globalization;
using System.Text.Json;
using IntegrationHub.Database;
using IntegrationHub.Testing.Populations;
using IntegrationHub.Testing.Servers;
using Npgsql;

namespace IntegrationHub.Benchmarks.Identity;

/// <summary>How rightly the hub joins the records of one person: a made-up population, or a labelled file of anyone's.</summary>
internal static class IdentityBenchmark
{
    private const double LeastRecall = 0.97;
    private const double LargestReviewShare = 0.02;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="BenchmarkFailedException">A false link, too little found, or too much to review.</exception>
    public static async Task Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var rates = new DirtRates().Times(options.Dirt);
        var records = options.LabelledFile is { } file
            ? LabelledFile.Read(file)
            : LabelledPopulation.Of(options.Persons, options.Seed, rates);
        Console.WriteLine(options.LabelledFile is { } read
            ? $"population of {Path.GetFileName(read)}"
            : $"made-up population, seed {options.Seed}, dirt × {options.Dirt.ToString(CultureInfo.InvariantCulture)}\n{rates}");
        if (options.WriteTo is { } target)
            LabelledFile.Write(target, records);

        await using var server = await PostgresServer.Start(durable: false, cancellationToken);
        await using var source = NpgsqlDataSource.Create(await server.CreateDatabase("hub_identity", null, cancellationToken));
        var database = new HubDatabase(source);
        await new Migrator(database).Migrate(cancellationToken);
        var result = await new LabelledRun(database, Path.Combine(AppContext.BaseDirectory, "contracts")).Run(records, portions: 1, cancellationToken);
        await Report(result, options, cancellationToken);
    }

    private static async Task Report(LabelledResult result, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (table, outcome) = (result.Table, result.Outcome);
        Console.WriteLine(table);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Pairs:N0} pairs compared, {outcome.BlocksOver:N0} blocks over the cap, {outcome.Deferred:N0} pairs deferred; loaded in {result.Loaded.TotalSeconds:0.0} s, linked in {result.Linked.TotalSeconds:0.0} s"));
        if (options.Show)
        {
            foreach (var line in result.FalseLinks)
                Console.WriteLine($"false  {line}");
            foreach (var line in result.Missed)
                Console.WriteLine($"missed {line}");
        }

        if (options.JsonFile is { } file)
        {
            var document = JsonSerializer.Serialize(
                new { options.Persons, options.Seed, options.Dirt, file = options.LabelledFile, table, outcome, loaded = result.Loaded, linked = result.Linked }, s_json);
            await File.WriteAllTextAsync(file, document + "\n", cancellationToken);
        }

        if (table.Precision < 1 || table.Recall < LeastRecall || table.ReviewShare > LargestReviewShare)
            throw new BenchmarkFailedException(
                $"Asked are precision 1, recall with reviews of at least {LeastRecall} and reviews of at most {LargestReviewShare} of the records.");
    }
}
