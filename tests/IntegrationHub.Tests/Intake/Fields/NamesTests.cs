using System.Text;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity;

namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>D2 and D3: names with letters nobody has, and with notes around them.</summary>
public sealed class NamesTests
{
    [Theory]
    [InlineData("䶮㙍")]
    [InlineData("王䶮")]
    [InlineData("李㙍")]
    [InlineData("𫖯")]
    [InlineData("陈𬱖")]
    [InlineData("张〇")]
    public void D02_a_rare_letter_that_unicode_has_is_a_letter(string name) =>
        Assert.Equal(name, Cell.Read(Cell.Column("name"), name).Value);

    [Theory]
    [InlineData("王\ue863", "王䶮", "name.pua")]
    [InlineData("李\ue864", "李龻", "name.pua")]
    [InlineData("刘\ue831", "刘𡗗", "name.pua")]
    [InlineData("刘\ue000", "刘\ue000", "name.degraded")]
    [InlineData("刘\uf8ff", "刘\uf8ff", "name.degraded")]
    [InlineData("刘?", "刘?", "name.degraded")]
    [InlineData("刘？芳", "刘？芳", "name.degraded")]
    [InlineData("刘□", "刘□", "name.degraded")]
    [InlineData("刘*", "刘*", "name.degraded")]
    [InlineData("刘**", "刘**", "name.degraded")]
    [InlineData("刘\ufffd", "刘\ufffd", "name.degraded")]
    [InlineData("刘yan", "刘yan", "name.degraded")]
    [InlineData("刘(火韦)", "刘(火韦)", "name.degraded")]
    [InlineData("刘⿰火韦", "刘⿰火韦", "name.degraded")]
    [InlineData("LIU YAN", "LIU YAN", "name.degraded")]
    [InlineData("张某某", "张某某", "name.degraded")]
    [InlineData("刘1", "刘1", "name.degraded")]
    public void D02_a_letter_nobody_can_read_is_kept_and_carries_no_match(string written, string read, string rule)
    {
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("name"), written));
        Assert.Equal(rule != "name.degraded", PersonNames.CanBeCompared(read));
    }

    [Fact]
    public void D02_private_letters_are_those_of_code_page_936_and_GB18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var gbk = Encoding.GetEncoding(936);
        var gb18030 = Encoding.GetEncoding("GB18030");
        var seen = 0;
        for (var trail = 0x50; trail <= 0xa0; trail++)
        {
            var old = gbk.GetString([0xfe, (byte)trail]);
            var now = gb18030.GetString([0xfe, (byte)trail]);
            if (trail == 0x7f || old.Length != 1 || char.GetUnicodeCategory(old[0]) != System.Globalization.UnicodeCategory.PrivateUse)
                continue;
            seen++;
            if (char.GetUnicodeCategory(now, 0) != System.Globalization.UnicodeCategory.PrivateUse)
                Assert.Equal(now, char.ConvertFromUtf32(NameLetters.FromPrivateUse(old[0])));
            else
                Assert.NotEqual(0, NameLetters.FromPrivateUse(old[0]));
        }

        Assert.Equal(80, seen);
    }

    [Theory]
    [InlineData("张三", "张三", null)]
    [InlineData("张 三", "张三", "name.spaces")]
    [InlineData("张\u3000三", "张三", "name.spaces")]
    [InlineData("张\u200b三", "张三", "name.spaces")]
    [InlineData("张\u00a0三", "张三", "name.spaces")]
    [InlineData("\u3000张三", "张三", "cell.blanks")]
    [InlineData("欧阳 文山", "欧阳文山", "name.spaces")]
    [InlineData("张三 李四", "张三李四", "name.spaces+name.degraded")] // one person or two: no match may rest on it
    [InlineData("买买提·艾力", "买买提·艾力", null)]
    [InlineData("买买提・艾力", "买买提·艾力", "name.dot")]
    [InlineData("买买提•艾力", "买买提·艾力", "name.dot")]
    [InlineData("买买提．艾力", "买买提·艾力", "name.dot")]
    [InlineData("买买提‧艾力", "买买提·艾力", "name.dot")]
    [InlineData("买买提.艾力", "买买提·艾力", "name.dot")]
    [InlineData("买买提 • 艾力", "买买提·艾力", "name.spaces+name.dot")]
    [InlineData("张三(已故)", "张三", "name.deceased_note")]
    [InlineData("张三（已故）", "张三", "name.deceased_note")]
    [InlineData("张 三（已故）", "张三", "name.spaces+name.deceased_note")]
    [InlineData("张三【去世】", "张三", "name.deceased_note")]
    [InlineData("欧阳三已故", "欧阳三", "name.deceased_note")]
    [InlineData("张三(曾用名李四)", "张三", "name.former_name")]
    [InlineData("张三（曾用名：李四）", "张三", "name.former_name")]
    [InlineData("张三曾用名李四", "张三", "name.former_name")]
    [InlineData("张三(原名张小三)(已故)", "张三", "name.deceased_note+name.former_name")]
    [InlineData("张三(李四代领)", "张三", "name.collector_note")]
    [InlineData("张三（女）", "张三", "name.note")]
    [InlineData("张三(李四)", "张三(李四)", "name.degraded")]
    public void D03_what_clerks_add_to_a_name_is_taken_off(string written, string read, string? rule) =>
        Assert.Equal(new Cell(read, null, rule), Cell.Read(Cell.Column("name"), written));

    [Theory]
    [InlineData("张三/李四", "name.several")]
    [InlineData("张三、李四", "name.several")]
    [InlineData("张三，李四", "name.several")]
    [InlineData("张三;李四", "name.several")]
    [InlineData("张三由李四代领", "name.several")]
    [InlineData("张三/李四(王五代领)", "name.several")]
    [InlineData("(已故)", "field.required")]
    [InlineData("——", "field.required")]
    public void D03_a_cell_that_is_not_one_name_names_its_problem(string written, string code) =>
        Assert.Equal(new Cell(null, code, null), Cell.Read(Cell.Column("name", required: true), written));

    [Fact]
    public void D02_half_a_letter_is_refused() => // half of 𠀀, as a cut through it leaves; an attribute cannot hold it
        Assert.Equal("text.invalid", Cell.Read(Cell.Column("name"), "张" + "𠀀"[0]).Problem);

    [Fact]
    public void D03_a_name_that_never_ends_is_refused() =>
        Assert.Equal("field.too_long", Cell.Read(Cell.Column("name"), new string('张', 5_000)).Problem);

    [Fact]
    public void D03_what_means_nothing_once_its_blanks_are_gone_is_no_name() =>
        Assert.Null(Cell.Read(Cell.Column("name"), "-\u3000-").Value);
}
