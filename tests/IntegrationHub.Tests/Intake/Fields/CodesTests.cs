using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>D8: codes by their many spellings; and D12, where the meaning of a row hangs on one.</summary>
public sealed class CodesTests
{
    [Theory]
    [InlineData("110", "LI1", null)]
    [InlineData(" 110 ", "LI1", null)]
    [InlineData("１１０", "LI1", "code.folded")]
    [InlineData("1 10", "LI1", "code.folded")]
    [InlineData("=\"110\"", "LI1", "cell.formula_guard")]
    [InlineData("130", "LI2", null)]
    [InlineData("600", "LI3", null)]
    [InlineData("650", "LI4", null)]
    [InlineData("农村低保", "LI1", "code.alias")]
    [InlineData("城市低保", "LI1", "code.alias")]
    [InlineData("农村低保单人", "LI1", "code.alias")]
    [InlineData("农村 低保", "LI1", "code.folded+code.alias")]
    [InlineData("五保", "LI2", "code.alias")]
    [InlineData("特困人员", "LI2", "code.alias")]
    [InlineData("低保边缘家庭", "LI3", "code.alias")]
    [InlineData("刚性支出困难家庭", "LI4", "code.alias")] // never LI3 (R07)
    [InlineData("支出型困难家庭", "LI4", "code.alias")]
    [InlineData("刚性支出", "LI4", "code.alias")]
    [InlineData("临时救助", "LI5", "code.alias")]
    [InlineData("防止返贫监测对象", "LI6", "code.alias")]
    public void D08_a_category_is_known_by_its_spellings(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Shipped("dsr-hz", "category"), written));

    [Theory]
    [InlineData("低收人")] // R07: one row set aside, never silently «other»
    [InlineData("其他")]
    [InlineData("999")]
    [InlineData("11O")]
    [InlineData("110,120")]
    public void D08_an_unknown_category_is_refused(string written) =>
        Assert.Equal(new Cell(null, "code.unknown", null), Cell.Read(Cell.Shipped("dsr-hz", "category"), written));

    [Fact]
    public void D08_a_one_digit_relation_is_not_a_two_digit_one()
    {
        Assert.Equal("10", Cell.Read(Cell.Shipped("dsr-cy", "relation"), "10").Value);
        Assert.Equal("code.unknown", Cell.Read(Cell.Shipped("dsr-cy", "relation"), "1").Problem);
    }

    [Theory]
    [InlineData("410423", "410423", null)]
    [InlineData("4104", "4104", null)]
    [InlineData("410423101", "410423101", null)]
    [InlineData("410423101201", "410423101201", null)]
    [InlineData("410423205", "410423205", null)] // not in the list, which is not complete; never inferred from its neighbours
    [InlineData("410423000000", "410423", "division.padded")]
    [InlineData("410423101000", "410423101", "division.padded")]
    [InlineData("410400", "4104", "division.padded")]
    [InlineData("410423101201220", "410423101201", "division.urban_class")]
    [InlineData("４１０４２３", "410423", "code.folded")]
    [InlineData("410471", "410471", null)]
    [InlineData("419001", "419001", null)] // a county directly under the province
    [InlineData("110101", "110101", null)] // a real district of a municipality
    [InlineData("鲁山县", "410423", "division.name")]
    [InlineData("平顶山市鲁山县", "410423", "division.name")]
    [InlineData("河南省平顶山市鲁山县", "410423", "division.name")]
    [InlineData("鲁山县下汤镇", "410423101", "division.name")]
    [InlineData("平顶山市", "4104", "division.name")]
    [InlineData("410424", "410482", "division.old_code")] // 临汝县
    [InlineData("419002", "410482", "division.old_code")]
    [InlineData("410412", "410481", "division.old_code")] // 舞钢区
    [InlineData("412631", "410423", "division.old_code")]
    [InlineData("412631000000", "410423", "division.padded+division.old_code")]
    [InlineData("410426", "411025", "division.old_code")] // 襄城县, now under another city
    public void D08_a_division_is_known_by_code_old_code_and_name(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Shipped("dsr-hz", "division"), written));

    [Theory]
    [InlineData("410401", "division.placeholder")]
    [InlineData("410401000000", "division.placeholder")]
    [InlineData("市辖区", "division.placeholder")]
    [InlineData("平顶山市市辖区", "division.placeholder")]
    [InlineData("410499", null)]
    [InlineData("410498", "code.unknown")] // a city is listed with all its counties
    [InlineData("41", "code.unknown")]
    [InlineData("410000", "code.unknown")]
    [InlineData("990101", "code.unknown")]
    [InlineData("41042", "code.unknown")]
    [InlineData("城关镇", "code.unknown")] // every county has one
    [InlineData("某县", "code.unknown")]
    public void D08_a_division_that_is_no_place_names_its_problem(string written, string? code) =>
        Assert.Equal(code, Cell.Read(Cell.Shipped("dsr-xq", "division"), written).Problem);

    [Theory]
    [InlineData("410423000000", "410423101")]
    [InlineData("410400", "410423")]
    [InlineData("410423", "410423000000")]
    public void D08_divisions_are_compared_by_prefix(string area, string division) => Assert.True(RecipientRules.Covers(
        Cell.Read(Cell.Column("division"), area).Value ?? "", Cell.Read(Cell.Column("division"), division).Value ?? ""));

    [Theory]
    [InlineData("dsr-hz", "operation", "注销", "ENDED")] // said by the source; a missing row says less
    [InlineData("dsr-hz", "operation", "新增", "NEW")]
    [InlineData("dsr-hz", "operation", "停发", null)] // suspended is not ended
    [InlineData("dsr-hz", "operation", "迁出", null)]
    [InlineData("dsr-ff", "status", "补发", "PAID_LATE")] // for an earlier month, and not a second payment
    [InlineData("dsr-ff", "status", "追回", "REVERSED")]
    [InlineData("dsr-ff", "status", "退回", "RETURNED")]
    [InlineData("dsr-ff", "status", "停发", null)]
    public void D12_what_a_row_means_is_said_by_its_code_and_never_guessed(string layout, string field, string written, string? read)
    {
        var cell = Cell.Read(Cell.Shipped(layout, field), written);

        Assert.Equal((read, read is null ? "code.unknown" : null), (cell.Value, cell.Problem));
    }
}
