using System.Text;
using IntegrationHub.Policy;
using static IntegrationHub.Tests.Policy.Packs;

namespace IntegrationHub.Tests.Policy;

public sealed class PolicyCheckTests
{
    private static readonly PolicyCheck Check = new(Folder);

    [Fact]
    public void The_pack_and_calendars_of_the_software_have_nothing_wrong()
    {
        Assert.Empty(Check.Of(PolicyFile.In(Folder)));
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "policy"), "working-days-*.json"))
            Assert.Empty(CalendarCheck.Of(Path.GetFileName(file), File.ReadAllBytes(file)));
    }

    [Theory]
    [InlineData("\"whitelist\": [\"name\", \"phone\", \"address\"", "\"whitelist\": [\"nmae\", \"phone\", \"address\"", "needKinds[0].whitelist[0]", "policy.unknown_name")]
    [InlineData("\"fact\": \"educationStage\", \"in\"", "\"fact\": \"schoolStage\", \"in\"", "needKinds[1].eligible.fact", "policy.unknown_name")]
    [InlineData("\"in\": [\"ES1\", \"ES2\"", "\"in\": [\"ES9\", \"ES2\"", "needKinds[1].eligible", "policy.unknown_name")]
    [InlineData("\"in\": [\"LI1\", \"LI3\", \"LI4\"]", "\"in\": [\"LI1\", \"LI9\", \"LI4\"]", "needKinds[0].eligible.any[0]", "policy.unknown_name")]
    [InlineData("\"fact\": \"age\", \"atLeast\": 16", "\"fact\": \"labourAbility\", \"atLeast\": 16", "needKinds[3].eligible.all[0]", "policy.value")]
    [InlineData("\"fact\": \"age\", \"atLeast\": 16", "\"fact\": \"age\", \"greaterThan\": 16", "needKinds[3].eligible.all[0]", "policy.unknown_name")]
    [InlineData("\"else\": \"need.cause\"", "\"else\": \"need.because\"", "needKinds[4].eligible.all[0].else", "policy.unknown_name")]
    [InlineData("\"within\": \"tempAid\"", "\"within\": \"longAid\"", "referral.eligible.all[3].any[2].within", "policy.unknown_name")]
    [InlineData("\"urgentHardships\": [\"HD1\"", "\"urgentHardships\": [\"HD0\"", "urgentHardships[0]", "policy.unknown_name")]
    [InlineData("\"code\": \"ZX\"", "\"code\": \"ZJ\"", "needKinds[1].code", "policy.duplicate")]
    [InlineData("\"aliases\": [\"教育帮扶\"]", "\"aliases\": [\"助居\"]", "needKinds[1].aliases[0]", "policy.duplicate")]
    [InlineData("\"level\": \"CITY\", \"kind\": \"JN\"", "\"level\": \"COUNTY\", \"kind\": \"JN\"", "standards[1]", "policy.overlap")]
    [InlineData("\"windowMonths\": 12", "\"windowMonths\": 0", "tempAid.windowMonths", "policy.value")]
    [InlineData("\"amountBands\": [1000, 5000", "\"amountBands\": [1000, 500", "amountBands[1]", "policy.value")]
    [InlineData("\"effectiveTo\": null", "\"effectiveTo\": \"2025-12-31\"", "effectiveTo", "policy.value")]
    [InlineData("\"smallCell\"", "\"smalCell\"", "smalCell", "policy.unknown_name")]
    public void What_is_wrong_is_found_where_it_stands(string was, string becomes, string path, string code)
    {
        var body = With(was, becomes);

        var finding = Check.Of([("pack.json", body)])[0];

        Assert.Equal((path, code), (finding.Path, finding.Code));
        Assert.Equal(LineOf(was), finding.Line);
    }

    [Fact]
    public void R37_two_standards_for_one_level_kind_and_time_are_refused_and_one_after_the_other_is_not()
    {
        const string first = "\"from\": \"2026-01-01\", \"to\": \"2026-12-31\", \"cap\": \"5000.00\" }";
        const string then = ",\n    { \"level\": \"COUNTY\", \"kind\": \"JN\", \"from\": \"2027-01-01\", \"cap\": \"6000.00\" }";

        Assert.Empty(Check.Of([("pack.json", With(first, first + then))]));
        Assert.Equal("policy.overlap", Assert.Single(Check.Of(
            [("pack.json", With(first, first + then.Replace("2027-01-01", "2026-12-31", StringComparison.Ordinal)))])).Code);
    }

    [Fact]
    public void R37_an_amount_above_the_standard_is_told()
    {
        Assert.True(Pack.IsAboveStandard("COUNTY", "JN", 5000.01m, Day));
        Assert.False(Pack.IsAboveStandard("COUNTY", "JN", 5000, Day));
        Assert.False(Pack.IsAboveStandard("CITY", "JN", 5000.01m, Day));
        Assert.False(Pack.IsAboveStandard("COUNTY", "ZY", 1_000_000, Day));
        Assert.False(Pack.IsAboveStandard("COUNTY", "JN", 5000.01m, new DateOnly(2027, 1, 1)));
    }

    [Theory]
    [InlineData("\"2026-06-01\"", "\"2026-06-01\"", "policy.overlap")]
    [InlineData("\"2026-05-31\"", "\"2026-06-02\"", "policy.gap")]
    [InlineData("\"2026-05-31\"", "\"2026-06-01\"", null)]
    [InlineData("null", "\"2026-06-01\"", null)]
    [InlineData("null", "\"2026-01-01\"", "policy.overlap")]
    public void Versions_follow_each_other_without_a_day_between_and_without_a_day_twice(string end, string start, string? code)
    {
        var first = With("\"effectiveTo\": null", $"\"effectiveTo\": {end}");
        var second = Encoding.UTF8.GetBytes(Text.Replace("\"version\": \"2026-01\"", "\"version\": \"2026-06\"", StringComparison.Ordinal)
            .Replace("\"effectiveFrom\": \"2026-01-01\"", $"\"effectiveFrom\": {start}", StringComparison.Ordinal));

        var findings = Check.Of([("a.json", first), ("b.json", second)]);

        Assert.Equal(code, findings.SingleOrDefault()?.Code);
        Assert.All(findings, finding => Assert.Equal(("b.json", "effectiveFrom"), (finding.File, finding.Path)));
    }

    [Fact]
    public void What_is_no_json_is_told_by_its_line() =>
        Assert.Equal(("policy.unreadable", 2), (Only("{\n  \"version\" \"2026-01\"\n}").Code, Only("{\n  \"version\" \"2026-01\"\n}").Line));

    [Theory]
    [InlineData("{\"year\":2026,\"holidays\":[\"2026-01-01\"],\"workdays\":[\"2026-01-05\"]}", "workdays[0]")]
    [InlineData("{\"year\":2026,\"holidays\":[\"2027-01-01\"],\"workdays\":[]}", "holidays[0]")]
    [InlineData("{\"year\":2026,\"holidays\":[\"2026-01-04\"],\"workdays\":[\"2026-01-04\"]}", "workdays[0]")]
    [InlineData("{\"year\":2025,\"holidays\":[],\"workdays\":[]}", "year")]
    [InlineData("{\"year\":2026,\"holidays\":[\"2026-02-30\"],\"workdays\":[]}", "holidays[0]")]
    public void R24_a_calendar_that_would_count_wrong_is_found(string calendar, string path) => Assert.Equal(
        ("policy.calendar", path),
        CalendarCheck.Of("working-days-2026.json", Encoding.UTF8.GetBytes(calendar)).Select(finding => (finding.Code, finding.Path)).Single());

    [Fact]
    public void The_pack_reads_in_the_words_of_officials()
    {
        var text = string.Join('\n', new PolicyText(new PolicyNames(Folder)).Of(Pack));

        Assert.Contains("助医（ZY", text, StringComparison.Ordinal);
        Assert.Contains("年龄不低于 16；否则：年龄不符合条件", text, StringComparison.Ordinal);
        Assert.Contains("特困供养方式为 分散供养；否则：集中供养特困人员不在助居范围；尚无信息时：等待核实供养方式", text, StringComparison.Ordinal);
        Assert.DoesNotContain("need.", text, StringComparison.Ordinal);
    }

    private static PolicyFinding Only(string body) => Assert.Single(Check.Of([("pack.json", Encoding.UTF8.GetBytes(body))]));

    private static long LineOf(string was) =>
        Text[..Text.IndexOf(was, StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;
}
