using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Database;

/// <summary>
/// Brings a database to the newest schema: numbered scripts, each once, each in one transaction with its ledger row.
/// A script that changed after it ran is refused, because nobody could say any more what the database looks like.
/// </summary>
public sealed class Migrator(HubDatabase database)
{
    internal const string Ledger = """
        create schema if not exists hub;
        create table if not exists hub.migration (
            name       text        primary key,
            digest     text        not null,
            applied_at timestamptz not null default now()
        )
        """;

    private const long MigrationLock = 7_110_001;

    /// <summary>Runs what has not run yet and returns the names. Two migrators at once wait for each other.</summary>
    public async Task<IReadOnlyList<string>> Migrate(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await Run(work, $"select pg_advisory_xact_lock({MigrationLock})", cancellationToken);
        await Run(work, Ledger, cancellationToken);
        var applied = await Applied(work, cancellationToken);

        var added = new List<string>();
        foreach (var script in Scripts())
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script.Text)));
            if (applied.TryGetValue(script.Name, out var known))
            {
                if (known != digest)
                    throw new InvalidOperationException($"Migration {script.Name} was changed after it was applied.");
                continue;
            }

            await Run(work, script.Text, cancellationToken);
            await using var note = work.Command(
                "insert into hub.migration (name, digest) values ($1, $2)",
                Parameter.Text(script.Name), Parameter.Text(digest));
            await note.ExecuteNonQueryAsync(cancellationToken);
            added.Add(script.Name);
        }

        await work.Commit(cancellationToken);
        return added;
    }

    private static async Task<Dictionary<string, string>> Applied(HubTransaction work, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            "select name, digest from hub.migration", [], row => (row.GetString(0), row.GetString(1)), cancellationToken);
        return rows.ToDictionary(row => row.Item1, row => row.Item2);
    }

    private static async Task Run(HubTransaction work, string sql, CancellationToken cancellationToken)
    {
        await using var command = work.Command(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<(string Name, string Text)> Scripts()
    {
        var assembly = typeof(Migrator).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(IsMigration).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!); // listed just above
            yield return (resource[(Prefix(assembly).Length)..^4], reader.ReadToEnd());
        }
    }

    private static bool IsMigration(string resource) =>
        resource.StartsWith(Prefix(typeof(Migrator).Assembly), StringComparison.Ordinal);

    private static string Prefix(Assembly assembly) => $"{assembly.GetName().Name}.Database.Migrations.";
}
