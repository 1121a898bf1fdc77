using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake.Fields;

namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>D4: identity numbers as people, spreadsheets and other offices write them.</summary>
public sealed class ResidentIdsTests
{
    [Theory]
    [InlineData("410499197605121035", "410499197605121035", null)]
    [InlineData("11010519491231002X", "11010519491231002X", null)]
    [InlineData("  410499197605121035 ", "410499197605121035", null)] // every fixed-width export has them
    [InlineData("４１０４９９１９７６０５１２１０３５", "410499197605121035", "id.full_width")]
    [InlineData("'410499197605121035", "410499197605121035", "cell.apostrophe")]
    [InlineData("‘410499197605121035", "410499197605121035", "id.apostrophe")]
    [InlineData("=\"410499197605121035\"", "410499197605121035", "cell.formula_guard")]
    [InlineData("410499 19760512 1035", "410499197605121035", "id.spaces")]
    [InlineData("410499\t197605121035", "410499197605121035", "id.spaces")]
    [InlineData("410499\u3000197605121035", "410499197605121035", "id.spaces")]
    [InlineData("\u200b410499197605121035\ufeff", "410499197605121035", "cell.blanks")]
    [InlineData("41042319620909001x", "41042319620909001X", "id.x_form")]
    [InlineData("41042319620909001Ｘ", "41042319620909001X", "id.x_form")]
    [InlineData("41042319620909001ｘ", "41042319620909001X", "id.x_form")]
    [InlineData("41042319620909001×", "41042319620909001X", "id.x_form")] // U+00D7, which NFKC leaves alone
    [InlineData("41042319620909001Х", "41042319620909001X", "id.x_form")] // Cyrillic
    [InlineData("41042319620909001х", "41042319620909001X", "id.x_form")] // Cyrillic, small
    [InlineData("41042319620909001*", "41042319620909001X", "id.x_form")]
    [InlineData("４１０４２３ 19620909001×", "41042319620909001X", "id.full_width+id.spaces+id.x_form")]
    [InlineData("41O499197605121035", "410499197605121035", "id.letter_digit")]
    [InlineData("410499l976O512l035", "410499197605121035", "id.letter_digit")]
    [InlineData("41049919760512I035", "410499197605121035", "id.letter_digit")]
    [InlineData("410423760512103", "410423197605121038", "id.15_to_18")]
    [InlineData("410423950512998", "410423189505129980", "id.15_to_18")] // a centenarian, not 41042319950512998X
    [InlineData("41049919760512103543", "410499197605121035", "id.disability_card")]
    [InlineData("41042319620909001x11", "41042319620909001X", "id.x_form+id.disability_card")]
    [InlineData("41049919760512103544B1", "410499197605121035", "id.disability_card")]
    [InlineData("810000199001010019", "810000199001010019", null)] // residence permits: another type, the same algorithm
    [InlineData("830000198505050021", "830000198505050021", null)]
    public void D04_an_id_written_carelessly_is_put_right(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("residentId"), written));

    [Theory]
    [InlineData("410499197605121034", "id.checksum")]
    [InlineData("41O499197605121034", "id.checksum")] // looks alike, and still wrong
    [InlineData("41042319760512103*", "id.checksum")] // a hidden 8, not an X
    [InlineData("41049919760512", "id.length")]
    [InlineData("4104991976051210355", "id.length")]
    [InlineData("41049919760512103594", "id.length")] // no such category on a disability card
    [InlineData("410423198102290029", "id.birth")] // 29 February 1981
    [InlineData("410423810229002", "id.birth")]
    [InlineData("410423209901010020", "id.future_birth")]
    [InlineData("410499197605121000", "id.mangled")]
    [InlineData("4.10423E+17", "id.mangled")]
    [InlineData("4.10499197605121E+17", "id.mangled")]
    [InlineData("4104**********1038", "id.mangled")]
    [InlineData("410423********103X", "id.mangled")]
    [InlineData("4104＊＊＊＊＊＊＊＊＊＊1038", "id.mangled")]
    [InlineData("410423XXXXXXXX1038", "id.mangled")]
    [InlineData("无证件号码的人员", "id.length")]
    public void D04_an_id_that_cannot_be_one_names_its_problem(string written, string code) =>
        Assert.Equal(new Cell(null, code, null), Cell.Read(Cell.Column("residentId"), written));

    [Fact]
    public void D04_a_mangled_id_is_refused_even_where_its_checksum_passes()
    {
        var passing = Enumerable.Range(0, 1_000)
            .Select(i => $"410499{new DateOnly(1950, 1, 1).AddDays(i * 7):yyyyMMdd}0000")
            .First(id => ResidentId.HasValidChecksum(id));

        Assert.Equal("id.mangled", Cell.Read(Cell.Column("residentId"), passing).Problem);
    }

    [Fact]
    public void D04_no_id_at_all_is_absent_where_the_layout_allows_it()
    {
        Assert.Equal(new Cell(null, null, null), Cell.Read(Cell.Column("residentId"), " "));
        Assert.Equal(new Cell(null, null, "cell.placeholder"), Cell.Read(Cell.Column("residentId"), "无"));
        Assert.Equal(new Cell(null, "field.required", null), Cell.Read(Cell.Column("residentId", required: true), "-"));
    }

    [Fact]
    public void D04_the_day_of_the_file_decides_what_is_future()
    {
        var column = Cell.Column("residentId");

        Assert.Equal("id.future_birth", Cell.Read(column, "410499201508010025", new DateOnly(2015, 7, 31)).Problem);
        Assert.Null(Cell.Read(column, "410499201508010025", new DateOnly(2015, 8, 1)).Problem);
        Assert.False(FieldForms.Read(column, "410423209901010020", null, out _, out _).IsAbsent);
    }

    [Fact]
    public void A_clean_id_is_the_very_string_of_the_cell()
    {
        var cell = new string("410499197605121035");

        Assert.Same(cell, FieldForms.Read(Cell.Column("residentId"), cell, Cell.AsOf, out _, out _).Reference<string>());
    }
}
