namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>D7: money as clerks and spreadsheets write it.</summary>
public sealed class AmountsTests
{
    [Theory]
    [InlineData("1234.50", "1234.50", null)]
    [InlineData("1234.5", "1234.50", null)]
    [InlineData("1200", "1200.00", null)]
    [InlineData("0", "0.00", null)]
    [InlineData("999999999999.99", "999999999999.99", null)]
    [InlineData("-120.00", "-120.00", null)] // a reversal
    [InlineData("1,234.50", "1234.50", "money.separators")]
    [InlineData("1,234,567", "1234567.00", "money.separators")]
    [InlineData("￥1,234.5元", "1234.50", "money.symbol+money.separators")]
    [InlineData("¥1234.5", "1234.50", "money.symbol")]
    [InlineData("人民币1234.5元整", "1234.50", "money.symbol")]
    [InlineData("RMB 500", "500.00", "money.full_width+money.symbol")]
    [InlineData("1.2万", "12000.00", "money.wan")]
    [InlineData("1.2万元", "12000.00", "money.symbol+money.wan")]
    [InlineData("0.5 万", "5000.00", "money.full_width+money.wan")]
    [InlineData("12050分", "120.50", "money.fen")]
    [InlineData("１２３４．５０", "1234.50", "money.full_width")]
    [InlineData("１，２３４．５", "1234.50", "money.full_width+money.separators")]
    [InlineData("(123.45)", "-123.45", "money.parentheses")]
    [InlineData("（￥123.45）", "-123.45", "money.full_width+money.parentheses+money.symbol")]
    [InlineData("－123.45", "-123.45", "money.full_width")]
    [InlineData("−123.45", "-123.45", null)]
    [InlineData("-￥123.45", "-123.45", "money.symbol")]
    [InlineData("1199.9999999", "1200.00", "money.float_noise")]
    [InlineData("1200.00000000001", "1200.00", "money.float_noise")]
    [InlineData("1200.0000", "1200.00", null)]
    [InlineData("壹仟元整", "1000.00", "money.chinese")]
    [InlineData("壹仟贰佰叁拾肆元伍角陆分", "1234.56", "money.chinese")]
    [InlineData("人民币壹万贰仟元正", "12000.00", "money.symbol+money.chinese")]
    [InlineData("壹仟零伍元", "1005.00", "money.chinese")]
    [InlineData("壹拾万零伍佰元伍分", "100500.05", "money.chinese")]
    [InlineData("拾元整", "10.00", "money.chinese")]
    [InlineData("伍角", "0.50", "money.chinese")]
    [InlineData("叁元零伍分", "3.05", "money.chinese")]
    [InlineData("壹亿元整", "100000000.00", "money.chinese")]
    [InlineData("三千五百元", "3500.00", "money.chinese")]
    [InlineData("壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", "1234567.89", "money.chinese")]
    [InlineData("零元整", "0.00", "money.chinese")]
    public void D07_an_amount_is_read_in_its_forms(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("money"), written));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("无")]
    [InlineData("/")]
    [InlineData("—")]
    [InlineData("空")]
    public void D07_an_amount_that_says_there_is_none_is_absent(string written)
    {
        Assert.Null(Cell.Read(Cell.Column("money"), written) is { Value: null, Problem: null } ? null : written);
        Assert.Equal("field.required", Cell.Read(Cell.Column("money", required: true), written).Problem);
    }

    [Theory]
    [InlineData("12.345")]
    [InlineData("1199.999")]
    [InlineData("12,34")]
    [InlineData("1,2345")]
    [InlineData("1234,567")]
    [InlineData(",123")]
    [InlineData("1,234.5,0")]
    [InlineData("12 34")]
    [InlineData("1.2.3")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.2E+4")]
    [InlineData("1万2千")]
    [InlineData("约1000元")]
    [InlineData("1000元左右")]
    [InlineData("壹佰元整左右")]
    [InlineData("壹佰伍")] // 150 or 105
    [InlineData("叁万伍元")] // 35,000 or 30,005
    [InlineData("元整")]
    [InlineData("壹壹元")]
    [InlineData("拾佰元")]
    [InlineData("--5")]
    [InlineData("(-5)")]
    [InlineData("1000000000000")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("五")]
    public void D07_an_amount_that_is_none_names_its_problem(string written)
    {
        var cell = Cell.Read(Cell.Column("money"), written);

        Assert.True(written == "五" ? cell.Value == "5.00" : cell == new Cell(null, "money.invalid", null));
    }

    [Theory]
    [InlineData("fen", "123450", "1234.50")]
    [InlineData("fen", "5", "0.05")]
    [InlineData("fen", "12.34", null)] // a third of a fen
    [InlineData("fen", "1234.5元", "1234.50")] // what the cell says wins
    [InlineData("wan", "1.2", "12000.00")]
    [InlineData("wan", "1.23456", "12345.60")]
    [InlineData("wan", "1.23456789", null)]
    [InlineData("wan", "1.2万", "12000.00")]
    [InlineData("yuan", "1.2", "1.20")]
    public void D07_a_bare_number_counts_what_the_layout_says(string unit, string written, string? read) =>
        Assert.Equal(read, Cell.Read(Cell.Column("money") with { Unit = unit }, written).Value);
}
