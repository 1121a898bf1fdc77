using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IntegrationHub.Tests.Architecture;

/// <summary>
/// <c>docs/coverage.md</c> lists every numbered rule, law, dirt item and scenario with its tests, read off the tests' names.
/// Run with <c>HUB_WRITE_COVERAGE=1</c> to write it anew.
/// </summary>
public sealed partial class CoverageTests
{
    private const string Start = """
        # What is tested, by number

        Made from the names of the tests (`HUB_WRITE_COVERAGE=1` and `CoverageTests` write it anew). A number without a test is
        shown as missing: it is not built yet, or its test does not carry the number.
        """;

    private static readonly (string Prefix, string Title, int Last)[] s_groups =
    [
        ("Scenario_", "Scenarios", 30), ("R", "Rules of the policy", 52), ("P", "Law", 21), ("D", "Dirt", 12),
    ];

    [Fact]
    public void The_page_of_coverage_is_current()
    {
        var path = Path.Combine(Repository.Root, "docs", "coverage.md");
        var page = Page(TestNames());

        if (Environment.GetEnvironmentVariable("HUB_WRITE_COVERAGE") == "1")
            File.WriteAllText(path, page);

        Assert.Equal(page, File.ReadAllText(path));
    }

    [Fact]
    public void A_number_without_a_test_is_shown_as_missing()
    {
        var page = Page([("Some.cs", "R07_a_row")]);

        Assert.Contains("| R07 | 1 | `Some`: a row |", page, StringComparison.Ordinal);
        Assert.Contains("| R08 | **missing** | |", page, StringComparison.Ordinal);
    }

    private static IEnumerable<(string File, string Name)> TestNames() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from match in Method().Matches(File.ReadAllText(file))
        select (Path.GetFileName(file), match.Groups["name"].Value);

    private static string Page(IEnumerable<(string File, string Name)> tests)
    {
        var known = tests.Distinct().OrderBy(test => test.File, StringComparer.Ordinal).ThenBy(test => test.Name, StringComparer.Ordinal).ToList();
        var page = new StringBuilder(Start).Append('\n');
        foreach (var (prefix, title, last) in s_groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| number | tests | |\n|---|---|---|\n");
            for (var number = 1; number <= last; number++)
            {
                var start = string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:00}");
                var own = known.Where(test => test.Name.StartsWith(start + '_', StringComparison.Ordinal)).ToList();
                var list = string.Join("; ", own.Take(6).Select(test => $"`{Path.GetFileNameWithoutExtension(test.File)}`: {test.Name[(start.Length + 1)..].Replace('_', ' ')}"));
                page.Append(own.Count == 0
                    ? $"| {start.Replace('_', ' ')} | **missing** | |\n"
                    : $"| {start.Replace('_', ' ')} | {own.Count} | {list}{(own.Count > 6 ? "; …" : "")} |\n");
            }
        }

        return page.ToString();
    }

    [GeneratedRegex(@"public (async )?(Task|void) (?<name>(Scenario_|R|P|D)\d\d_\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Method();
}
