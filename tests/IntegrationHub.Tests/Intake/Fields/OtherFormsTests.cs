namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>The smaller forms: text, integers, yes and no, lists, telephones, digests.</summary>
public sealed class OtherFormsTests
{
    private static readonly string s_digest = new('a', 64);

    [Theory]
    [InlineData("text", "　张三 ", "张三", "cell.blanks")]
    [InlineData("text", " 路 1号 ", "路 1号", null)]
    [InlineData("text", "一行\n二行", "一行\n二行", null)]
    [InlineData("text", "有\0无", "有无", "text.control")]
    [InlineData("text", "-", "-", null)]
    [InlineData("text", "=\"00123\"", "00123", "cell.formula_guard")]
    [InlineData("text", "'00123", "00123", "cell.apostrophe")]
    [InlineData("text", "'引用'", "'引用'", null)]
    [InlineData("integer", "4", "4", null)]
    [InlineData("integer", "４", "4", "integer.full_width")]
    [InlineData("integer", "4人", "4", "integer.unit")]
    [InlineData("integer", "4.0", "4", "integer.decimal")]
    [InlineData("integer", "四", "4", "integer.chinese")]
    [InlineData("integer", "十二人", "12", "integer.unit+integer.chinese")]
    [InlineData("integer", "无", null, "cell.placeholder")]
    [InlineData("yesNo", "是", "是", null)]
    [InlineData("yesNo", " 否 ", "否", null)]
    [InlineData("yesNo", "-", null, "cell.placeholder")]
    [InlineData("list", "ZY|ZX", "ZY|ZX", null)]
    [InlineData("list", " ZY | ZX ", "ZY|ZX", null)]
    [InlineData("list", "ZY、ZX", "ZY|ZX", "list.separators")]
    [InlineData("list", "ZY｜ZX，ZY", "ZY|ZX|ZY", "list.separators")]
    [InlineData("list", "ＺＹ", "ZY", "code.folded")]
    [InlineData("phone", "13800000000", "13800000000", null)]
    [InlineData("phone", "１３８－００００", "138-0000", "phone.full_width")]
    [InlineData("phone", "0375-1234567 转 8", "0375-1234567 转 8", null)]
    [InlineData("phone", "1.38E+10", null, "phone.mangled")]
    public void A_value_of_a_form_is_read(string form, string written, string? read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(ColumnOf(form), written));

    [Theory]
    [InlineData("integer", "-1", "integer.invalid")]
    [InlineData("integer", "4.5", "integer.invalid")]
    [InlineData("integer", "1 2", "integer.invalid")]
    [InlineData("integer", "12345678901", "integer.invalid")]
    [InlineData("yesNo", "Y", "code.unknown")] // these columns are consents
    [InlineData("yesNo", "1", "code.unknown")]
    [InlineData("list", "ZY|XX", "code.unknown")]
    [InlineData("list", "ZY||ZX", "list.empty")]
    [InlineData("list", "|", "list.empty")]
    [InlineData("sha256", "abc", "digest.invalid")]
    public void A_value_that_is_not_of_the_form_names_its_problem(string form, string written, string code) =>
        Assert.Equal(new Cell(null, code, null), Cell.Read(ColumnOf(form), written));

    [Fact]
    public void Half_a_letter_is_refused_and_a_whole_one_kept()
    {
        Assert.Equal("text.invalid", Cell.Read(Cell.Column("text"), "半" + "𠀀"[0] + "个").Problem);
        Assert.Equal("半𠀀个", Cell.Read(Cell.Column("text"), "半𠀀个").Value);
    }

    [Fact]
    public void A_digest_is_sixty_four_hexadecimal_letters()
    {
        Assert.Equal(new Cell(s_digest, null, null), Cell.Read(Cell.Column("sha256"), s_digest));
        Assert.Equal(new Cell(s_digest, null, "digest.upper_case"), Cell.Read(Cell.Column("sha256"), s_digest.ToUpperInvariant()));
        Assert.Equal("digest.invalid", Cell.Read(Cell.Column("sha256"), new string('g', 64)).Problem);
    }

    [Fact]
    public void What_is_required_must_be_there_and_what_is_too_long_is_refused()
    {
        Assert.Equal("field.required", Cell.Read(Cell.Column("text", required: true), " \u3000").Problem);
        Assert.Equal("field.too_long", Cell.Read(Cell.Column("text") with { MaxLength = 3 }, "一二三四").Problem);
        Assert.Equal("一二三", Cell.Read(Cell.Column("text") with { MaxLength = 3 }, " 一二三 ").Value);
    }

    private static IntegrationHub.Intake.LayoutColumn ColumnOf(string form) =>
        Cell.Column(form, codes: form == "list" ? "ZY ZX" : null);
}
