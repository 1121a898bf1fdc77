using System.Reflection;
using System.Text.RegularExpressions;
using IntegrationHub.Database;

namespace IntegrationHub.Tests.Architecture;

/// <summary>One PostgreSQL schema per station: a station's SQL names only its own.</summary>
public sealed partial class SqlWallsTests
{
    private sealed record Statement(string Station, string Name, string Text);

    private static readonly IReadOnlyList<Statement> Statements =
    [
        .. from type in typeof(HubDatabase).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.Name.EndsWith("Sql", StringComparison.Ordinal)
           select new Statement(type.Namespace!.Split('.').Last(), $"{type.Name}.{field.Name}", (string)field.GetRawConstantValue()!), // literals only
    ];

    [Fact]
    public void A_station_names_only_its_own_schema()
    {
        Assert.True(Statements.Count > 50);
        Assert.Empty(Statements.SelectMany(Trespasses));
    }

    [Fact]
    public void A_trespass_is_seen() =>
        Assert.Equal(
            ["X.YSql names identity"],
            Trespasses(new Statement("Outbox", "X.YSql", "select 1 from outbox.message join identity.person p on true")));

    private static IEnumerable<string> Trespasses(Statement statement) =>
        from Match table in TableName().Matches(statement.Text)
        let schema = table.Groups["schema"].Value
        where !schema.Equals(statement.Station, StringComparison.OrdinalIgnoreCase)
        select $"{statement.Name} names {schema}";

    [GeneratedRegex(@"\b(from|join|into|update)\s+(?<schema>[a-z_]+)\.[a-z_]+", RegexOptions.ExplicitCapture)]
    private static partial Regex TableName();
}
