using System.Text;
using CsCheck;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

/// <summary>D1: what encoding a file has is found out from its bytes and its header, whatever anyone declares.</summary>
public sealed class EncodingTests
{
    private const string File = "编号,姓名,证件号,金额(元),备注\r\nH1,䶮㙍,1,2,镇\r\nH2,𫖯𬱖,1,2,·\r\n";

    [Theory]
    [InlineData("UTF-8", "UTF-8")]
    [InlineData("UTF-8 BOM", "UTF-8")]
    [InlineData("GB18030", "GB18030")]
    [InlineData("UTF-16LE BOM", "UTF-16LE")]
    [InlineData("UTF-16BE BOM", "UTF-16BE")]
    [InlineData("UTF-16LE", "UTF-16LE")]
    [InlineData("UTF-16BE", "UTF-16BE")]
    public void D01_every_encoding_is_found_and_rare_letters_survive(string written, string found)
    {
        var file = Files.Read(Files.Bytes(File, written));

        Assert.Equal(found, file.Shape?.Text.Name);
        Assert.Equal(["H1|䶮㙍|1|2|镇", "H2|𫖯𬱖|1|2|·"], file.Rows.ConvertAll(row => row.Text));
    }

    [Theory]
    [InlineData("GB18030", "UTF-8", "file.encoding_differs")]
    [InlineData("UTF-8", "GB18030", "file.encoding_differs")]
    [InlineData("GBK", "UTF-8 BOM", "file.encoding_differs")]
    [InlineData("UTF-8", "UTF-16LE BOM", "file.encoding_differs")]
    [InlineData("GB2312", "GB18030", null)]
    [InlineData("GBK", "GB18030", null)]
    [InlineData("auto", "GB18030", null)]
    public void D01_a_declared_encoding_is_not_believed_and_the_difference_is_told(string declared, string written, string? notice)
    {
        var file = Files.Read(Files.Bytes(File, written), Files.Layout with { Encoding = declared });

        Assert.Equal("H1|䶮㙍|1|2|镇", file.Rows[0].Text);
        Assert.Equal(notice is null ? [] : [notice], file.Shape!.Notices); // rows were read
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("GB18030")]
    public void D01_under_an_opaque_header_the_rows_decide(string written)
    {
        var text = $"axdf0001,axdf0002,axdf0003,axdf0004,axdf0005\n{string.Concat(Enumerable.Range(0, 40).Select(i => $"H{i},张三丰,{i},1,示例乡\n"))}";

        var file = Files.Read(Files.Bytes(text, written), Files.Layout with { Encoding = "GB18030" });

        Assert.Equal(written, file.Shape?.Text.Name);
        Assert.All(file.Rows, row => Assert.Equal("张三丰", row.Cells[1]));
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("GB18030")]
    public void D01_a_file_that_is_ascii_for_long_is_read_by_its_first_letters(string written)
    {
        var ascii = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"H{i},AB,{i},1,\n"));
        var text = $"axdf0001,axdf0002,axdf0003,axdf0004,axdf0005\n{ascii}H,张三丰,{9},1,示例\n";

        var file = Files.Read(Files.Bytes(text, written), Files.Layout with { Encoding = "UTF-16LE" });

        Assert.Equal("H|张三丰|9|1|示例", file.Rows[^1].Text);
    }

    [Fact]
    public void D01_gb18030_that_could_be_utf8_of_other_letters_is_chinese()
    {
        // «隆» and «蛮» are pairs that are valid two-byte letters of UTF-8.
        var name = new string([.. "啊阿埃挨哎唉哀皑癌蔼矮艾碍爱隘鞍氨安俺按暗岸胺案肮昂盎凹敖熬翱袄傲奥懊澳"
            .Where(letter => Encoding.UTF8.GetString(Files.Gb18030.GetBytes([letter])).All(read => read != '\ufffd'))]);
        name = name.Length > 0 ? name : "隆";
        var file = Files.Read(Files.Bytes($"axdf0001,axdf0002\nH1,{name}\n", "GB18030"), OnlyNames);

        Assert.Equal(name, file.Rows[0].Cells[1]);
    }

    [Fact]
    public void D01_one_row_in_another_encoding_costs_that_row_only()
    {
        byte[] bytes =
        [
            .. Files.Bytes("编号,姓名,证件号,金额(元),备注\nH1,张三,1,,\n", "UTF-8"),
            .. Files.Bytes("H2,李四,2,,\n", "GB18030"),
            .. Files.Bytes("H3,王五,3,,\n", "UTF-8"),
        ];

        Assert.Equal(["H1|张三|1||", "row.encoding", "H3|王五|3||"], Files.Read(bytes).Rows.ConvertAll(row => row.Text));
    }

    [Theory]
    [InlineData("H2,李\0四,2,,")]
    [InlineData("H2\0,李四,2,,")]
    public void D01_a_nul_byte_costs_its_row_only(string bad)
    {
        var file = Files.Read($"编号,姓名,证件号,金额(元),备注\nH1,张三,1,,\n{bad}\nH3,王五,3,,\n");

        Assert.Equal(["H1|张三|1||", "row.encoding", "H3|王五|3||"], file.Rows.ConvertAll(row => row.Text));
    }

    [Fact]
    public void D01_bytes_that_are_no_text_are_held()
    {
        var noise = new byte[4_096];
        new Random(7).NextBytes(noise);

        Assert.NotNull(Files.Read([0xff, .. noise]).Code);
        Assert.Equal("file.header", Files.Read([]).Code);
        Assert.Equal("file.header", Files.Read("你好\n世界\n").Code);
    }

    [Fact]
    public void D01_a_key_is_the_same_in_every_encoding()
    {
        const string Infant = "编号,姓名,证件号,金额(元),备注\nH1,张三,,1,20250101\n";

        var keys = TextForms.All.Select(form => form.Name).Select(encoding => Files.Read(Files.Bytes(Infant, encoding)).Rows[0].Key);

        Assert.Equal(["H1||张三|20250101|"], keys.Distinct());
    }

    [Fact]
    public void D01_a_look_at_any_bytes_never_throws() =>
        Gen.Byte.Array[0, 2_000].Sample(bytes =>
        {
            Files.Read(bytes);
            Files.Read([.. Files.Bytes(File, "GB18030"), .. bytes]);
        }, iter: 300);

    [Fact]
    public void D01_gbk_would_lose_what_gb18030_keeps()
    {
        // The twin of the table above: cp936 reads FE9F as a private letter.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Assert.Equal("\ue863", Encoding.GetEncoding("gbk").GetString([0xfe, 0x9f]));
        Assert.Equal("䶮", Files.Gb18030.GetString([0xfe, 0x9f]));
    }

    private static SnapshotLayout OnlyNames => Files.Layout with
    {
        Key = ["编号"],
        KeyWhenEmpty = [],
        Columns = [.. Files.Layout.Columns.Take(2)],
    };
}
