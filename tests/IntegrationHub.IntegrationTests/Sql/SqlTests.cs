using System.Reflection;
using System.Text.RegularExpressions;
using IntegrationHub.Database;
using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Sql;

/// <summary>A compiler for the SQL: every statement of the hub is parsed and planned against the migrated schema.</summary>
public sealed partial class SqlTests(HubDatabases databases)
{
    private static readonly IReadOnlyList<(string Name, string Text)> s_statements =
    [
        .. from type in typeof(HubDatabase).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.Name.EndsWith("Sql", StringComparison.Ordinal)
           select ($"{type.Name}.{field.Name}", (string)field.GetRawConstantValue()!), // literals only
    ];

    [Fact]
    public async Task Every_statement_prepares_against_the_migrated_schema()
    {
        Assert.True(s_statements.Count > 50);
        Assert.All(await Failures(s_statements), failure => Assert.Fail(failure));
    }

    [Theory]
    [InlineData("select no_such_column from intake.run")]
    [InlineData("insert into audit.entry (sequence, nothing) select * from unnest($1, $2)")]
    [InlineData("copy identity.member (source_key, nothing) from stdin (format binary)")]
    public async Task A_statement_with_a_wrong_column_is_seen(string planted) =>
        Assert.Single(await Failures([("Planted.Sql", planted)]));

    private async Task<List<string>> Failures(IReadOnlyList<(string Name, string Text)> statements)
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var failures = new List<string>();
        foreach (var (name, statement) in statements)
        {
            // COPY cannot be prepared; its table and columns can.
            var text = Copy().Replace(statement, "select ${columns} from ${table}");
            var types = await TypesOf(database, text);
            var failure = await Record.ExceptionAsync(() => database.Run($"prepare check_me{types} as {text}; deallocate check_me"));
            if (failure is not null)
                failures.Add($"{name}{types}: {failure.Message}");
        }

        return failures;
    }

    /// <summary>
    /// Npgsql names the types of its parameters when it runs a statement. Here they come from the schema: an array handed
    /// to unnest has the type of the column it is named after, a filter that may be absent is text, the rest is inferred.
    /// </summary>
    private static async Task<string> TypesOf(OwnDatabase database, string text)
    {
        var count = Placeholder().Matches(text).Select(match => int.Parse(match.Groups["number"].ValueSpan)).DefaultIfEmpty().Max();
        var types = Enumerable.Repeat("unknown", count).ToArray();
        foreach (Match absent in MaybeAbsent().Matches(text))
            types[int.Parse(absent.Groups["number"].ValueSpan) - 1] = "text";
        var target = InsertColumns().Match(text).Groups["table"].Value;
        foreach (var unnest in Unnest().Matches(text).Where(match => !match.Value.Contains("::", StringComparison.Ordinal)))
        {
            var parameters = Placeholder().Matches(unnest.Groups["arguments"].Value).Select(match => int.Parse(match.Groups["number"].ValueSpan)).ToList();
            var names = NamesOf(unnest.Groups["names"].Success ? unnest.Groups["names"].Value : InsertColumns().Match(text).Groups["names"].Value);
            for (var i = 0; i < parameters.Count && i < names.Length; i++)
                types[parameters[i] - 1] = $"{await TypeOfColumn(database, target, names[i])}[]";
        }

        return count == 0 ? "" : $"({string.Join(", ", types)})";
    }

    // Lists travel joined (QuarantineStore), so a column that is itself a list comes as text.
    private static async Task<string> TypeOfColumn(OwnDatabase database, string target, string column)
    {
        var type = await database.Ask(
            $"""
            select c.data_type
              from information_schema.columns c
             where c.column_name = '{column}'
               and c.table_schema not in ('pg_catalog', 'information_schema')
             order by c.table_schema || '.' || c.table_name = '{target}' desc, c.data_type = 'ARRAY'
             limit 1
            """);
        return type is "" or "ARRAY" ? "text" : type;
    }

    private static string[] NamesOf(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^\s*copy (?<table>[a-z_.]+) \((?<columns>[^)]+)\)\s+from stdin \(format binary\)\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Copy();

    [GeneratedRegex(@"\$(?<number>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\$(?<number>\d+) is null", RegexOptions.ExplicitCapture)]
    private static partial Regex MaybeAbsent();

    [GeneratedRegex(@"unnest\((?<arguments>[^)]*)\)(\s+(as\s+)?\w+\s*\((?<names>[^)]*)\))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Unnest();

    [GeneratedRegex(@"insert into (?<table>[\w.]+)(\s+as\s+\w+)?\s*\((?<names>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex InsertColumns();
}
