using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Tests.Disclosure;

namespace IntegrationHub.Tests.Referrals;

/// <summary>R22: which rule forbids an organisation, and which comes first.</summary>
public sealed class RecipientObjectionTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Fact]
    public void R22_the_first_rule_that_forbids_is_told()
    {
        var bad = Requests.CountyCharity with { IsCharity = false, Status = "REVOKED", Scopes = [], Areas = [], AgreementId = "" };

        Assert.Equal(ReasonCode.RecipientUnknown, Objection(null));
        Assert.Equal(ReasonCode.RecipientNotCharity, Objection(bad));
        bad = bad with { IsCharity = true };
        Assert.Equal(ReasonCode.RecipientStatus, Objection(bad));
        bad = bad with { Status = "NORMAL" };
        Assert.Equal(ReasonCode.RecipientScope, Objection(bad));
        bad = bad with { Scopes = ["ZX", "ZY"] };
        Assert.Equal(ReasonCode.RecipientArea, Objection(bad));
        bad = bad with { Areas = ["410421", "410423"] };
        Assert.Equal(ReasonCode.RecipientAgreement, Objection(bad));
        Assert.Null(Objection(bad with { AgreementId = "A" }));
    }

    [Theory]
    [InlineData("2026-03-02", "2026-03-02", true)]
    [InlineData("2026-03-01", "2026-03-03", true)]
    [InlineData("2026-03-03", "2026-12-31", false)]
    [InlineData("2026-01-01", "2026-03-01", false)]
    public void R22_both_days_of_an_agreement_are_inside_it(string from, string to, bool stands) => Assert.Equal(
        stands ? null : ReasonCode.RecipientAgreement,
        Objection(Requests.CountyCharity with { AgreementFrom = DateOnly.Parse(from), AgreementTo = DateOnly.Parse(to) }));

    [Theory]
    [InlineData("41", "410423101", true)]
    [InlineData("4100", "410423101", true)]
    [InlineData("410000", "410423101", true)]
    [InlineData("410400000", "410423101", true)]
    [InlineData("410423101", "410423101205", true)]
    [InlineData("410423101000", "410423101205", true)]
    [InlineData("410423000000", "410423101205", true)]
    [InlineData("410423101205", "410423101205", true)]
    [InlineData("410423101205", "410423101206", false)]
    [InlineData("410423101205", "410423101", false)]
    [InlineData("4104", "4100", false)]
    [InlineData("410423", "410400", false)]
    [InlineData("410423101", "410423000", false)]
    [InlineData("410423101205", "410423101000", false)]
    [InlineData("410423100200", "410423100205", false)] // two zeros end no village
    [InlineData("4104230", "410423000", false)]
    [InlineData("41042", "41042", false)]
    [InlineData("４１", "４１04", false)] // digits of another script
    public void R22_an_area_is_a_whole_level_of_the_division(string area, string division, bool covers) =>
        Assert.Equal(covers, RecipientRules.Covers(area, division));

    private static string? Objection(Organisation? organisation) =>
        RecipientRules.ObjectionTo(organisation, "ZY", "410423101", Day);
}
