using IntegrationHub.Intake.Fields;

namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>D6: days, months and moments in every form seen.</summary>
public sealed class DatesTests
{
    [Theory]
    [InlineData("20240101", "20240101", null)]
    [InlineData("2024-01-01", "20240101", null)]
    [InlineData("2024-1-1", "20240101", "date.separators")]
    [InlineData("2024/01/01", "20240101", "date.separators")]
    [InlineData("2024/1/1", "20240101", "date.separators")]
    [InlineData("2024.1.1", "20240101", "date.separators")]
    [InlineData("2024年1月1日", "20240101", "date.separators")]
    [InlineData("2024 年 1 月 1 日", "20240101", "date.separators")]
    [InlineData("2024 01 01", "20240101", "date.separators")]
    [InlineData("2024年01月01号", "20240101", "date.separators")]
    [InlineData("２０２４－０１－０１", "20240101", "date.full_width")]
    [InlineData("二〇二四年一月一日", "20240101", "date.chinese+date.separators")]
    [InlineData("二零二四年十二月三十一日", "20241231", "date.chinese+date.separators")]
    [InlineData("二○二四年十月二十日", "20241020", "date.chinese+date.separators")]
    [InlineData("贰零贰肆年零壹月零壹日", "20240101", "date.chinese+date.separators")]
    [InlineData("二〇二四年三月廿一日", "20240321", "date.chinese+date.separators")]
    [InlineData("2024-01-01 00:00:00", "20240101", "date.time_dropped")]
    [InlineData("2024-01-01T08:30:00", "20240101", "date.time_dropped")]
    [InlineData("2024/1/1 0:00", "20240101", "date.separators+date.time_dropped")]
    [InlineData("20240101083000", "20240101", "date.time_dropped")]
    [InlineData("202401", "20240131", "date.month_only")]
    [InlineData("202402", "20240229", "date.month_only")]
    [InlineData("2024-02", "20240229", "date.month_only")]
    [InlineData("2024年2月", "20240229", "date.separators+date.month_only")]
    [InlineData("2024.2", "20240229", "date.separators+date.month_only")]
    [InlineData("二〇二四年二月", "20240229", "date.chinese+date.separators+date.month_only")]
    [InlineData("二〇二四年", "20241231", "date.chinese+date.separators+date.year_only")]
    [InlineData("24-1-1", "20240101", "date.separators+date.two_digit_year")]
    [InlineData("240101", "20240101", "date.two_digit_year")]
    [InlineData("46-3-1", "20460301", "date.separators+date.two_digit_year")] // at most twenty years ahead
    [InlineData("47-3-1", "19470301", "date.separators+date.two_digit_year")]
    [InlineData("01/02/24", "20010224", "date.separators+date.two_digit_year")] // year first unless the layout says otherwise
    [InlineData("24年2月", "20240229", "date.separators+date.two_digit_year+date.month_only")]
    [InlineData("19880701", "19880701", null)] // a day of summer time in China: no clock may move it
    public void D06_a_date_is_read_in_its_forms(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("date"), written));

    [Theory]
    [InlineData("9999-12-31", "date.open_end")]
    [InlineData("99991231", "date.open_end")]
    [InlineData("9999年12月31日", "date.separators+date.open_end")]
    [InlineData("999912", "date.open_end")]
    [InlineData("长期", "date.open_end")]
    [InlineData("0000-00-00", "date.zero")]
    [InlineData("00000000", "date.zero")]
    [InlineData("1900-01-00", "date.zero")]
    [InlineData("1900/1/0", "date.separators+date.zero")]
    [InlineData("0001-01-01", "date.zero")]
    [InlineData("1899-12-30", "date.zero")]
    [InlineData("-", "cell.placeholder")]
    [InlineData("无", "cell.placeholder")]
    [InlineData("NULL", "cell.placeholder")]
    [InlineData("", null)]
    public void D06_a_date_that_says_there_is_none_is_absent(string written, string? rule) =>
        Assert.Equal(new Cell(null, null, rule), Cell.Read(Cell.Column("date"), written));

    [Theory]
    [InlineData("20260230")]
    [InlineData("2024-13-01")]
    [InlineData("20240230")]
    [InlineData("45292")] // a serial, and nobody said from which year
    [InlineData("45292.5")]
    [InlineData("1/2/2024")] // nobody said in which order
    [InlineData("2024.1")] // or 2024.10, after a spreadsheet
    [InlineData("2023-12-31T16:00:00Z")] // somebody's 1 January
    [InlineData("2024-01-01T00:00:00+08:00")]
    [InlineData("2024-01/01")]
    [InlineData("2024年1月32日")]
    [InlineData("三月")]
    [InlineData("17991231")]
    [InlineData("2024-01-01 25:00")]
    [InlineData("昨天")]
    [InlineData("20240101x")]
    [InlineData("1-1")]
    public void D06_a_date_that_is_none_names_its_problem(string written) =>
        Assert.Equal(new Cell(null, "date.invalid", null), Cell.Read(Cell.Column("date"), written));

    [Theory]
    [InlineData("mdy", "1/2/2024", "20240102")]
    [InlineData("mdy", "12/31/24", "20241231")]
    [InlineData("mdy", "01022024", "20240102")]
    [InlineData("dmy", "1/2/2024", "20240201")]
    [InlineData("dmy", "31.12.2024", "20241231")]
    [InlineData("mdy", "2024-01-02", "20240102")] // a year in front is a year in any order
    [InlineData("dmy", "31/31/2024", null)]
    public void D06_the_layout_says_the_order(string order, string written, string? read) =>
        Assert.Equal(read, Cell.Read(Cell.Column("date") with { Order = order }, written).Value);

    [Theory]
    [InlineData(1900, "45292", "20240101")]
    [InlineData(1904, "43830", "20240101")]
    [InlineData(1900, "45292.75", "20240101")]
    [InlineData(1900, "1976", "19761231")] // a year: serials have five digits
    [InlineData(1900, "25000", "19680611")]
    [InlineData(1900, "202401", "20240131")] // a month all the same
    [InlineData(1900, "20240101", "20240101")]
    public void D06_serials_are_dates_where_the_layout_says_from_when(int epoch, string written, string? read) =>
        Assert.Equal(read, Cell.Read(Cell.Column("date") with { Epoch = epoch }, written).Value);

    [Theory]
    [InlineData("20260302", "20260302", null)]
    [InlineData("20260303", null, "date.future_birth")]
    [InlineData("26-3-2", "20260302", null)]
    [InlineData("26-3-3", "19260303", null)]
    [InlineData("76年5月12日", "19760512", null)]
    [InlineData("197605", null, "date.imprecise")]
    [InlineData("1976", null, "date.imprecise")]
    [InlineData("1976年", null, "date.imprecise")]
    [InlineData("9999-12-31", null, "date.invalid")]
    public void D06_nobody_is_born_in_the_future_or_in_a_whole_month(string written, string? read, string? code)
    {
        var cell = Cell.Read(Cell.Column("date", field: "birth"), written);

        Assert.Equal((read, code), (cell.Value, cell.Problem));
    }

    [Theory]
    [InlineData("0000-00-00", "field.required")]
    [InlineData("9999-12-31", "date.invalid")]
    [InlineData("-", "field.required")]
    public void D06_a_required_date_must_be_there(string written, string code) =>
        Assert.Equal(code, Cell.Read(Cell.Column("date", required: true), written).Problem);

    [Theory]
    [InlineData("202601", "202601", null)]
    [InlineData("2026-01", "202601", null)]
    [InlineData("2026/1", "202601", "date.separators")]
    [InlineData("2026年1月", "202601", "date.separators")]
    [InlineData("二〇二六年一月", "202601", "date.chinese+date.separators")]
    [InlineData("20260131", "202601", "month.day_dropped")]
    [InlineData("2026-01-31", "202601", "month.day_dropped")]
    [InlineData("999912", null, "date.open_end")]
    [InlineData("长期", null, "date.open_end")]
    [InlineData("000000", null, "date.zero")]
    public void D06_a_month_is_read_in_its_forms(string written, string? read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("month"), written));

    [Theory]
    [InlineData("202613")]
    [InlineData("2026.1")]
    [InlineData("26-01")]
    [InlineData("20260230")]
    [InlineData("正月")]
    public void D06_a_month_that_is_none_names_its_problem(string written) =>
        Assert.Equal(new Cell(null, "month.invalid", null), Cell.Read(Cell.Column("month"), written));

    [Theory]
    [InlineData("20260302093000", "2026-03-02T09:30:00+08:00", null)]
    [InlineData("202603020930", "2026-03-02T09:30:00+08:00", null)]
    [InlineData("2026-03-02 09:30:00", "2026-03-02T09:30:00+08:00", "date.separators")]
    [InlineData("2026/3/2 9:30", "2026-03-02T09:30:00+08:00", "date.separators")]
    [InlineData("2026-03-02T01:30:00Z", "2026-03-02T01:30:00+00:00", "date.separators")]
    [InlineData("2026-03-02T09:30:00.123+08:00", "2026-03-02T09:30:00+08:00", "date.separators")]
    [InlineData("19880701000000", "1988-07-01T00:00:00+09:00", null)] // summer time
    [InlineData("19880410003000", "1988-04-10T00:30:00+08:00", null)]
    public void D06_a_moment_is_read_on_a_clock_in_china(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("dateTime"), written));

    [Theory]
    [InlineData("20260101")]
    [InlineData("20260101240000")]
    [InlineData("20260101096000")]
    [InlineData("2026-03-02")]
    [InlineData("00000000000000")]
    public void D06_a_moment_that_is_none_names_its_problem(string written) =>
        Assert.Equal(new Cell(null, "date.invalid", null), Cell.Read(Cell.Column("dateTime"), written));

    [Fact]
    public void D06_two_digits_mean_no_year_when_the_day_of_the_file_is_unknown()
    {
        FieldForms.Read(Cell.Column("date"), "24-1-1", null, out var problem, out _);

        Assert.Equal("date.invalid", problem);
    }
}
