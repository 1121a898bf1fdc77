using System.Text.RegularExpressions;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Architecture;
using NJsonSchema;
using YamlDotNet.Serialization;

namespace IntegrationHub.Tests.Contracts;

/// <summary>The promises in contracts/ hold among themselves and for the code.</summary>
public sealed partial class ContractsTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "contracts");

    public static TheoryData<string> Events =>
        [.. Directory.GetFiles(Path.Combine(s_folder, "events", "examples"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file))];

    public static TheoryData<string> Layouts =>
        [.. Directory.GetFiles(Path.Combine(s_folder, "provincial", "layouts"), "*.json").Select(file => Path.GetFileName(file))];

    public static TheoryData<string> Descriptions =>
        ["events/asyncapi.yaml", "hub/openapi.yaml", "provincial/openapi.yaml", "charity/openapi.yaml"];

    [Theory]
    [MemberData(nameof(Events))]
    public async Task An_event_example_fits_its_schema(string type)
    {
        var schema = await SchemaOf(type);

        Assert.Empty(schema.Validate(await File.ReadAllTextAsync(Path.Combine(s_folder, "events", "examples", $"{type}.json"), Cancellation)));
    }

    [Fact]
    public async Task An_event_with_a_name_in_it_does_not_fit()
    {
        var example = await File.ReadAllTextAsync(Path.Combine(s_folder, "events", "examples", "referral.offered.json"), Cancellation);
        var planted = example.Replace("\"kind\"", "\"name\": \"x\", \"kind\"", StringComparison.Ordinal);

        Assert.NotEmpty((await SchemaOf("referral.offered")).Validate(planted));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_layout_is_read_with_its_code_lists(string file)
    {
        var layout = SnapshotLayout.Load(s_folder, Path.Combine("provincial", "layouts", file));

        Assert.NotEmpty(layout.KeyPositions());
        Assert.Equal(Enumerable.Range(1, layout.Columns.Count), layout.Columns.Select(column => column.Position));
    }

    [Fact]
    public void The_policy_pack_names_known_items_and_kinds()
    {
        var policy = PolicyFile.Book(s_folder).All[^1];
        var items = Codes("data-items.csv");

        Assert.NotEmpty(policy.NeedKinds);
        Assert.All(policy.NeedKinds, kind => Assert.Contains(kind.Code, Codes("need-kind.csv")));
        Assert.All(policy.NeedKinds.SelectMany(kind => kind.Whitelist), item => Assert.Contains(item, items));
        Assert.Empty(policy.WhitelistOf("no such kind"));
    }

    [Fact]
    public void Every_problem_code_of_the_source_is_in_the_list()
    {
        var known = Codes("problem-code.csv");
        var used = Repository.Sources("src")
            .Where(file => !file.Path.StartsWith("Mocks.", StringComparison.Ordinal))
            .SelectMany(file => ThrownCode().Matches(file.Text).Select(match => match.Groups["code"].Value))
            .Distinct()
            .ToList();

        Assert.True(used.Count > 15);
        Assert.Empty(used.Except(known));
    }

    [Fact]
    public void Every_demo_organisation_has_a_valid_code() => Assert.All(
        Codes("demo-organisations.csv"), code => Assert.True(Uscc.TryParse(code, out _)));

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void A_description_is_yaml_with_something_in_it(string file)
    {
        var parsed = new DeserializerBuilder().Build()
            .Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(s_folder, file)));

        Assert.Contains(parsed.Keys, key => key is "openapi" or "asyncapi");
        Assert.NotEmpty((System.Collections.IDictionary)parsed[file.EndsWith("asyncapi.yaml", StringComparison.Ordinal) ? "channels" : "paths"]);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<JsonSchema> SchemaOf(string type) =>
        JsonSchema.FromFileAsync(Path.Combine(s_folder, "events", $"{type}.schema.json"), Cancellation);

    private static HashSet<string> Codes(string file) =>
        [.. File.ReadLines(Path.Combine(s_folder, "codes", file)).Skip(1).Select(line => line.Split(',')[0])];

    [GeneratedRegex(@"HubProblemException\(\s*""(?<code>[a-z_]+\.[a-z_]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex ThrownCode();
}
