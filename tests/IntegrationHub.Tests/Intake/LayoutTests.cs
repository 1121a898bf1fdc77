using System.Text;
using System.Text.Json.Nodes;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.Tests.Architecture;
using NJsonSchema;

namespace IntegrationHub.Tests.Intake;

/// <summary>Layouts are data: what ships fits its schema and works, what cannot work is refused by place.</summary>
public sealed class LayoutTests
{
    private static readonly string s_contracts = Path.Combine(Repository.Root, "contracts");
    private static readonly string s_layouts = Path.Combine(s_contracts, "provincial", "layouts");

    public static TheoryData<string> Shipped => [.. Directory.GetFiles(s_layouts, "*.json").Select(file => Path.GetFileName(file))];

    public static readonly TheoryData<string, string> Broken = new()
    {
        { "\"form\": \"residentId\"→\"form\": \"idcard\"", "身份证: the form idcard is not known" },
        { "\"crosswalk\": \"relation\"→\"crosswalk\": \"relations\"", "与户主关系: there is no code list relations.csv" },
        { "\"crosswalk\": \"relation\"→\"crosswalk\": \"../relation\"", "与户主关系: there is no code list" },
        { "\"field\": \"relation\"→\"field\": \"kin\"", "column 与户主关系: CY has no field kin" },
        { "\"field\": \"birth\", \"form\": \"date\"→\"field\": \"birth\", \"form\": \"text\"", "column 出生日期: the field birth cannot have the form text" },
        { "\"field\": \"name\", \"form\": \"name\", \"required\": true→\"field\": \"name\", \"form\": \"name\", \"required\": false", "the field name must be required" },
        { "\"field\": \"name\"→\"field\": \"relation\"", "the field relation has two columns" },
        { "\"key\": [\"家庭固化ID\", \"身份证\"]→\"key\": [\"家庭编号\"]", "家庭编号: this key column is not among the columns" },
        { "\"key\": [\"家庭固化ID\", \"身份证\"]→\"key\": []", "it names no key column" },
        { "\"encoding\": \"GB18030\"→\"encoding\": \"Big5\"", "the encoding Big5 is not known" },
        { "\"separator\": \",\"→\"separator\": \"#\"", "the separator # is not known" },
        { "\"type\": \"CY\"→\"type\": \"ZZ\"", "the type ZZ is not known" },
        { "\"version\": 2→\"headerRow\": 2", "line " },
        { "\"version\": 2→\"headerRows\": 3", "headerRows is 1 or 2" },
        { "(?<type>CY)→(?<type>CY", "files is not a regular expression" },
        { "\"maxLength\": 60→\"maxLength\": 60, \"aliases\": [\"性 别\"]", "性别: this name or alias belongs to two columns" },
        { "\"position\": 2→\"position\": 3", "the position 3 is used twice" },
        { "\"columns\": [→\"columns\": {", "line " },
    };

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task A_shipped_layout_fits_its_schema_and_has_what_its_type_needs(string file)
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(s_contracts, "provincial", "csv", "layout.schema.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(await File.ReadAllTextAsync(Path.Combine(s_layouts, file), TestContext.Current.CancellationToken)));
        Assert.NotNull(ProvincialTranslators.For(ProvincialLayouts.Load(s_contracts, Path.Combine(s_layouts, file))));
    }

    [Fact]
    public async Task A_misspelt_setting_does_not_fit_the_schema()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(s_contracts, "provincial", "csv", "layout.schema.json"), TestContext.Current.CancellationToken);
        var text = await File.ReadAllTextAsync(Path.Combine(s_layouts, "dsr-cy.json"), TestContext.Current.CancellationToken);

        Assert.NotEmpty(schema.Validate(text.Replace("\"version\": 2", "\"headerRow\": 2", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_layout_that_cannot_work_is_refused_by_place(string change, string told)
    {
        var parts = change.Split('→');
        var text = File.ReadAllText(Path.Combine(s_layouts, "dsr-cy.json"));
        Assert.Contains(parts[0], text, StringComparison.Ordinal);

        var problem = Assert.Throws<HubProblemException>(() => Load(text.Replace(parts[0], parts[1], StringComparison.Ordinal)));

        Assert.Equal("layout.invalid", problem.Code);
        Assert.Contains("ayout", problem.Message, StringComparison.Ordinal);
        Assert.Contains(told, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optional_field_may_be_absent_and_a_needed_one_may_not()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(s_layouts, "dsr-cy.json")))!; // it ships
        var columns = json["columns"]!.AsArray(); // it fits its schema
        foreach (var column in columns.Where(column => (string?)column!["field"] is "health" or "relation" or "disabilityNo").ToList())
            columns.Remove(column);

        Assert.NotNull(ProvincialTranslators.For(Load(json.ToJsonString())));
        columns.Remove(columns.Single(column => (string?)column!["field"] == "name"));
        json.AsObject().Remove("keyWhenEmpty");
        Assert.Contains("no column has the field name", Assert.Throws<HubProblemException>(() => Load(json.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void D08_codes_in_the_layout_stand_before_its_crosswalk()
    {
        var text = File.ReadAllText(Path.Combine(s_layouts, "dsr-cy.json"));
        var layout = Load(text.Replace("\"crosswalk\": \"sex\"", "\"crosswalk\": \"sex\", \"codes\": { \"男\": \"1\", \"9\": \"0\" }", StringComparison.Ordinal));

        var codes = layout.Columns.Single(column => column.Field == "sex").Codes!; // it has a crosswalk
        Assert.Equal(("1", "0", "2"), (codes["男"], codes["9"], codes["2"]));
    }

    [Theory]
    [InlineData("DSR_CY_410423_20260302_F_0001.csv", "410423", false)]
    [InlineData("DSR_CY_410423_20260302_D_0001.csv", "410423", true)]
    [InlineData("DSR_HZ_410423_20260302_F_0001.csv", null, false)]
    [InlineData("DSR_CY_410423_20260302_F_0001.csv.part", null, false)]
    [InlineData("dsr_CY_410423_20260302_F_0001.csv", null, false)]
    public void D10_a_file_name_says_county_and_kind(string name, string? county, bool isDelta)
    {
        var parts = FileNamePattern.Read(ProvincialLayouts.Load(s_contracts, Path.Combine(s_layouts, "dsr-cy.json")), name);

        Assert.Equal((county, county is null ? null : (bool?)isDelta), (parts?.Area, parts?.IsDelta));
    }

    [Theory]
    [InlineData("叶县_20260302.csv", "410422")]
    [InlineData("宝丰县_20260302.csv", null)]
    [InlineData("410421_20260302.csv", "410421")]
    public void D10_a_county_may_be_named(string name, string? area)
    {
        var layout = Files.Layout with
        {
            Files = @"^(?<county>.+)_(?<date>\d{8})\.csv$",
            Areas = new Dictionary<string, string> { ["叶县"] = "410422" },
        };

        Assert.Equal(area, FileNamePattern.Read(layout, name)?.Area);
    }

    [Fact]
    public void A_check_tells_counts_places_and_never_a_value()
    {
        const string Header = "家庭固化ID,姓名,身份证,与户主关系,性别,出生日期,住房,健康\n";
        const string Good = "H1,张三丰,410499197605121035,02,1,19760512,自有,\n";
        const string Bad = "H2,李四维,410499197605121036,02,1,19760512,自有,\nH3,王五常,410499197605121035,亲属,7,19760512,自有,\n";

        var report = Check(Header + Good + Bad + Good + "合计,3,,,,,,\n");

        Assert.True(report.Taken);
        Assert.Equal((4L, 1L, 1L, 3L, 1L), (report.Rows, report.TotalsRows, report.Clean, report.Quarantined, report.Duplicates));
        Assert.Contains(report.Problems, problem => problem is { Code: "id.checksum", Column: "身份证", Rows: 1, First: [2] });
        Assert.Contains(report.Problems, problem => problem is { Code: "code.unknown", Column: "与户主关系", First: [3] });
        Assert.Contains(report.Problems, problem => problem is { Code: "row.duplicate_key", First: [4] });
        Assert.Equal(new LayoutReportUnknown(7, "住房"), Assert.Single(report.Unknown));
        Assert.Equal((8, "found"), report.Columns.Where(column => column.Field == "health").Select(column => (column.At!.Value, column.State)).Single());
        var told = System.Text.Json.JsonSerializer.Serialize(report);
        Assert.DoesNotContain("410499197605121035", told, StringComparison.Ordinal);
        Assert.DoesNotContain("张三丰", told.Replace("\\u", "u", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void P06_a_file_without_a_header_shows_nobody_in_place_of_a_name()
    {
        var report = Check("H1,张三丰,410499197605121035,02,1,19760512,自有,\n");

        Assert.Equal("file.header", report.Code);
        Assert.All(report.Unknown, unknown => Assert.Null(unknown.Name));
    }

    private static LayoutReport Check(string text)
    {
        var layout = ProvincialLayouts.Load(s_contracts, Path.Combine(s_layouts, "dsr-cy.json"));
        return LayoutCheck.Of("f.csv", layout, new DateOnly(2026, 3, 2), () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
    }

    private static SnapshotLayout Load(string text)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.json");
        try
        {
            File.WriteAllText(file, text);
            return ProvincialLayouts.Load(s_contracts, file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
