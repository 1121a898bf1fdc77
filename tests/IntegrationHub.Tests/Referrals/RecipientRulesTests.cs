using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Referrals;

public sealed class RecipientRulesTests
{
    [Theory]
    [InlineData("410423", "410423101")]
    [InlineData("410423", "410423")]
    [InlineData("4104", "410423101")]
    [InlineData("410400", "410423101")]
    [InlineData("410000000000", "410423101")]
    [InlineData("410423000", "410423101205")]
    [InlineData("410423100", "410423100")]
    public void An_area_covers_what_lies_in_it_padded_or_not(string area, string division) =>
        Assert.True(RecipientRules.Covers(area, division));

    [Theory]
    [InlineData("410423", "410421101")]
    [InlineData("410423101", "410423")]
    [InlineData("410423100", "410423101")]
    [InlineData("", "410423101")]
    [InlineData("41042", "410423101")]
    [InlineData("4", "410423101")]
    [InlineData("41*4", "41*423101")]
    [InlineData("410423", "")]
    public void What_is_no_whole_level_or_lies_elsewhere_is_not_covered(string area, string division) =>
        Assert.False(RecipientRules.Covers(area, division));
}
