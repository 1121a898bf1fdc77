using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Disclosure;

public sealed class ReleaseBodyTests
{
    private static readonly PersonIdentity Person = new()
    {
        Name = "示例甲",
        IdNo = "410499197605121035",
        Sex = "1",
        BornOn = new DateOnly(1976, 5, 12),
        Health = "30",
        DisabilityNo = "41049919760512103542",
        EducationStage = "ES3",
    };

    private static readonly HouseholdIdentity Household = new()
    {
        HeadName = "示例乙",
        Phone = "00000000000",
        ResidenceAddress = "示例路一号",
        RegisteredAddress = "示例路二号",
        MemberCount = 4,
    };

    private static readonly NeedDetail Need = new() { Reason = "手术后自付部分仍有困难", Amount = 6000m };

    private static readonly ReleaseRow Release = new()
    {
        ReleaseId = new Guid("0195a2c0-0000-7000-8000-000000000013"),
        DecisionId = 1,
        ReferralId = new Guid("0195a2c0-0000-7000-8000-000000000010"),
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Requests.CountyCharity.Uscc,
        Purpose = "ZY",
        Items = ["name"],
        ConsentId = "TY-1",
        ConsentSequence = 3,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = new DateTimeOffset(2026, 3, 2, 1, 0, 5, TimeSpan.Zero),
    };

    [Fact]
    public void Each_item_has_the_value_of_its_code()
    {
        var values = ReleaseBody.ValuesOf(DataItems.All, Person, Household, Need);

        Assert.Equal("示例甲", values["name"]);
        Assert.Equal("410499197605121035", values["id_no"]);
        Assert.Equal("1976-05-12", values["birth"]);
        Assert.Equal("1", values["sex"]);
        Assert.Equal("ES3", values["school"]);
        Assert.Equal("00000000000", values["phone"]);
        Assert.Equal("示例路一号", values["address"]);
        Assert.Equal("手术后自付部分仍有困难", values["need_detail"]);
        Assert.Equal("6000.00", values["cost"]);
    }

    [Fact]
    public void P20_of_the_household_nothing_is_told_but_how_many_live_in_it()
    {
        var values = ReleaseBody.ValuesOf(DataItems.All, Person, Household, Need);

        Assert.Equal("4", values["household"]);
        Assert.DoesNotContain(values.Values, value => value.Contains(Household.HeadName, StringComparison.Ordinal));
    }

    [Fact]
    public void The_disability_item_is_category_and_grade_and_never_the_id_number_in_front_of_them()
    {
        Assert.Equal("42", ReleaseBody.ValuesOf(["disability"], Person, null, null)["disability"]);
        Assert.Empty(
            ReleaseBody.ValuesOf(["disability"], Person with { DisabilityNo = "4104991976051210354" }, null, null));
    }

    [Fact]
    public void P06_a_health_code_is_no_diagnosis() =>
        Assert.Empty(ReleaseBody.ValuesOf(["diagnosis"], Person, Household, Need));

    [Fact]
    public void What_is_not_known_is_absent() =>
        Assert.Equal(["name"], ReleaseBody.ValuesOf(
            ["name", "phone", "cost", "school"], Person with { EducationStage = "" }, null, null).Keys);

    [Fact]
    public void R16_the_body_holds_exactly_the_items_and_names_what_they_rest_on()
    {
        var values = ReleaseBody.ValuesOf(["name"], Person, Household, Need);

        using var body = JsonDocument.Parse(ReleaseBody.Write(Release, values));

        Assert.Equal(
            ["referralId", "releaseId", "uscc", "consent", "policyVersion", "items", "releasedAt"],
            body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"name":"示例甲"}""", body.RootElement.GetProperty("items").GetRawText());
        Assert.Equal("""{"id":"TY-1","seq":3}""", body.RootElement.GetProperty("consent").GetRawText());
        Assert.Equal("2026-03-02T01:00:05Z", body.RootElement.GetProperty("releasedAt").GetString());
    }

    [Fact]
    public void The_same_facts_give_the_same_bytes()
    {
        var values = ReleaseBody.ValuesOf(DataItems.All, Person, Household, Need);

        Assert.Equal(
            ReleaseBody.Write(Release, values), ReleaseBody.Write(Release with { Sends = 2, DecisionId = 9 }, values));
    }
}
