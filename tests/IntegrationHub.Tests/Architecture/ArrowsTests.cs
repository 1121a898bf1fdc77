using System.Text.RegularExpressions;

namespace IntegrationHub.Tests.Architecture;

/// <summary>The dependency arrows of design.md §3, written once and checked against the source.</summary>
public sealed partial class ArrowsTests
{
    private static readonly string[] Ground =
        ["Audit", "Bus", "Clock", "Contracts", "Database", "Partners", "Policy", "Protection", "Telemetry"];

    private static readonly string[] Stations =
        ["Intake", "Identity", "Aid", "Consent", "Referrals", "Disclosure", "Reconciliation", "Outbox", "Subscriptions", "Failures", "Rights"];

    /// <summary>Only these may name several stations.</summary>
    private static readonly string[] Coordinators = ["Pipeline", "Schedules"];

    [Fact]
    public void Every_station_points_only_to_the_ground_and_to_the_outbox() =>
        Assert.Empty(Repository.Sources("src/IntegrationHub").SelectMany(file => ForbiddenArrows(FolderOf(file.Path), file.Text)));

    [Theory]
    [InlineData("Consent", "using IntegrationHub.Identity;", "Consent -> Identity")]
    [InlineData("Database", "using IntegrationHub.Intake;", "Database -> Intake")]
    [InlineData("Aid", "var x = IntegrationHub.Referrals.NeedRefs.Of(work);", "Aid -> Referrals")]
    public void A_forbidden_arrow_is_seen(string folder, string planted, string seen) =>
        Assert.Equal([seen], ForbiddenArrows(folder, planted));

    [Theory]
    [InlineData("IntegrationHub.Contracts")]
    [InlineData("IntegrationHub", "IntegrationHub.Contracts")]
    [InlineData("IntegrationHub.Adapters.Provincial", "IntegrationHub")]
    [InlineData("IntegrationHub.Adapters.Charity", "IntegrationHub")]
    [InlineData("IntegrationHub.Worker", "IntegrationHub.Adapters.Charity", "IntegrationHub.Adapters.Provincial")]
    [InlineData("IntegrationHub.Cli", "IntegrationHub.Adapters.Charity", "IntegrationHub.Adapters.Provincial")]
    [InlineData("IntegrationHub.Web", "IntegrationHub")]
    [InlineData("Mocks.ProvincialPlatform")]
    [InlineData("Mocks.CharityFederation")]
    public void Projects_reference_only_what_the_house_allows(string project, params string[] allowed) =>
        Assert.Equal(allowed, References(File.ReadAllText(
            Path.Combine(Repository.Root, "src", project, $"{project}.csproj"))).Order(StringComparer.Ordinal));

    [Fact]
    public void A_project_reference_is_seen() =>
        Assert.Equal(["B"], References("""<ProjectReference Include="../B/B.csproj" />"""));

    [Fact]
    public void The_hub_names_no_party() =>
        Assert.Empty(Repository.Sources("src/IntegrationHub").Where(file => NamesAParty(file.Text)).Select(file => file.Path));

    [Fact]
    public void A_named_party_is_seen() => Assert.True(NamesAParty("using IntegrationHub.Adapters.Charity;"));

    [Fact]
    public void Only_disclosure_opens_identity_for_an_outside_party() =>
        Assert.Empty(Repository.Sources("src/IntegrationHub").Where(file => Unseals(file.Path, file.Text)).Select(file => file.Path));

    [Fact]
    public void An_unsealing_elsewhere_is_seen() => Assert.True(Unseals("Aid/X.cs", "var plain = Sealer.Open(key, sealedBytes);"));

    [Fact]
    public void No_message_is_sent_to_a_queue_address() =>
        Assert.Empty(Repository.Sources("src").Where(file => file.Text.Contains("\"queue:", StringComparison.Ordinal)).Select(file => file.Path));

    private static IEnumerable<string> ForbiddenArrows(string folder, string source)
    {
        if (Coordinators.Contains(folder))
            return [];
        var allowed = Stations.Contains(folder) ? [.. Ground, "Outbox"] : Ground;
        return from Match use in Use().Matches(source)
               let target = use.Groups["folder"].Value
               where target != folder && !allowed.Contains(target)
               where Stations.Contains(target) || Coordinators.Contains(target) || Ground.Contains(target)
               select $"{folder} -> {target}";
    }

    // Keyring and Sealer are the ground they stand on; an intake chunk is opened by the station that sealed it. The
    // linkage compares people inside the hub and tells nobody (docs/adr/2611-identity-linkage.md). What a charity has
    // reported of a person is opened for civil affairs, which is no outside party (R25).
    private static bool Unseals(string path, string text) =>
        !path.StartsWith("Disclosure", StringComparison.Ordinal)
        && path != Path.Combine("Identity", "ProfileReader.cs")
        && path != Path.Combine("Pipeline", "ReverseDesk.cs")
        && !path.StartsWith("Protection", StringComparison.Ordinal)
        && text.Contains("Sealer.Open(", StringComparison.Ordinal);

    private static bool NamesAParty(string text) => text.Contains("IntegrationHub.Adapters", StringComparison.Ordinal);

    private static string FolderOf(string path) => path.Split(Path.DirectorySeparatorChar)[0];

    private static IEnumerable<string> References(string project) =>
        from Match reference in ProjectReference().Matches(project) select reference.Groups["name"].Value;

    [GeneratedRegex(@"\bIntegrationHub\.(?<folder>[A-Z]\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Use();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*/(?<name>[\w.]+)\.csproj""", RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectReference();
}
