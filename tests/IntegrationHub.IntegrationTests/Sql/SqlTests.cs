using System.Reflection;
using IntegrationHub.Database;
using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Sql;

/// <summary>A compiler for the SQL: every statement of the hub is parsed and planned against the migrated schema.</summary>
public sealed class SqlTests(HubDatabases databases)
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
        Assert.Empty(await Failures(s_statements));
    }

    [Fact]
    public async Task A_statement_with_a_wrong_column_is_seen() =>
        Assert.Single(await Failures([("Planted.Sql", "select no_such_column from intake.run")]));

    private async Task<List<string>> Failures(IReadOnlyList<(string Name, string Text)> statements)
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var failures = new List<string>();
        foreach (var (name, text) in statements)
        {
            var failure = await Record.ExceptionAsync(() => database.Run($"prepare check_me as {text}; deallocate check_me"));
            if (failure is not null)
                failures.Add($"{name}: {failure.Message}");
        }

        return failures;
    }
}
