using IntegrationHub.Policy;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>P14: periods are data, and what the law asks for cannot be shortened by a file.</summary>
public sealed class RetentionRulesTests
{
    [Theory]
    [InlineData("releases", 1_095)]
    [InlineData("decisions", 1_095)]
    [InlineData("audit", 1_095)]
    [InlineData("transitions", 1_095)]
    [InlineData("rawFiles", 0)]
    [InlineData("rawFiles", -90)]
    [InlineData("failureBodies", 29)]
    public void P14_a_period_below_its_minimum_is_refused_and_named(string name, int days) =>
        Assert.Contains(name, RetentionRules.ObjectionsTo(new Dictionary<string, int> { [name] = days }).Select(one => one.Name));

    [Fact]
    public void P14_every_entity_may_be_kept_as_long_as_usual_and_exactly_as_long_as_it_must_or_longer()
    {
        Assert.Empty(RetentionRules.ObjectionsTo(new Dictionary<string, int>()));
        Assert.Empty(RetentionRules.ObjectionsTo(RetentionRules.All.ToDictionary(entity => entity.Name, entity => entity.Least)));
        Assert.Empty(RetentionRules.ObjectionsTo(RetentionRules.All.ToDictionary(entity => entity.Name, entity => entity.Days)));
    }

    [Fact]
    public void P14_the_check_of_a_pack_names_the_period_and_its_place()
    {
        var contracts = Path.Combine(AppContext.BaseDirectory, "contracts");
        var pack = File.ReadAllText(Path.Combine(contracts, "policy", "policy-v1.json")).Replace("\"releases\": 1096", "\"releases\": 30");

        var finding = Assert.Single(new PolicyCheck(contracts).Of([("pack.json", System.Text.Encoding.UTF8.GetBytes(pack))]));

        Assert.Equal(("retention.releases", PolicyCheck.Value), (finding.Path, finding.Code));
        Assert.True(finding.Line > 0);
    }

    [Fact]
    public void A_name_nobody_knows_is_refused() => Assert.Equal(
        "releeses", Assert.Single(RetentionRules.ObjectionsTo(new Dictionary<string, int> { ["releeses"] = 5_000 })).Name);

    [Theory]
    [InlineData("decisions")]
    [InlineData("audit")]
    public void What_a_release_rests_on_is_kept_as_long_as_the_release(string name)
    {
        var shorter = new Dictionary<string, int> { ["releases"] = 5_000, ["decisions"] = 5_000, ["audit"] = 5_000, [name] = 4_999 };

        Assert.Equal(name, Assert.Single(RetentionRules.ObjectionsTo(shorter)).Name);
    }

    [Fact]
    public void A_pack_that_says_nothing_has_the_usual_periods() => Assert.Equal(
        (90, 7), (RetentionRules.DaysOf(new Dictionary<string, int>(), "rawFiles"), RetentionRules.DaysOf(new Dictionary<string, int> { ["rawFiles"] = 7 }, "rawFiles")));
}
