using System.Text;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

public sealed class RowReadersTests
{
    private static readonly SnapshotLayout Layout = new()
    {
        Layout = "test",
        Version = 1,
        Type = "TT",
        Source = "test",
        Encoding = "GB18030",
        Separator = ",",
        OpaquePrefix = "axdf",
        Snapshot = true,
        Key = ["编号", "序号"],
        Columns =
        [
            new LayoutColumn { Position = 1, Name = "编号", Field = "ref", Form = "text", Required = true },
            new LayoutColumn { Position = 2, Name = "姓名", Field = "name", Form = "text" },
            new LayoutColumn { Position = 3, Name = "序号", Field = "sequence", Form = "text" },
        ],
    };

    private static readonly CsvRowReader Csv = new(Layout);
    private static readonly JsonRowReader Json = new(Layout);
    private static readonly Encoding Gb18030 = Layout.OpenEncoding();

    [Theory]
    [InlineData("A1,张三,7", "A1\u001f7\u001f")]
    [InlineData("\"A1\",\"张,三\", 7 ", "A1\u001f7\u001f")]
    [InlineData("A1,\"张\"\"三\",7", "A1\u001f7\u001f")]
    [InlineData("A1", "")]
    public void The_key_is_found_without_decoding(string row, string key) => Assert.Equal(key, KeyOf(Csv, Gb18030.GetBytes(row)));

    [Theory]
    [InlineData("A1,䶮㙍,7", "䶮㙍")]
    [InlineData("A1,𬱖,7", "𬱖")]
    [InlineData("A1,\"张,三\",7", "张,三")]
    public void D01_cells_are_decoded(string row, string name) => Assert.Equal(name, Csv.Cells([Gb18030.GetBytes(row)])[0][1]);

    [Fact]
    public void D09_a_row_with_a_misplaced_quote_leaves_its_neighbours_readable()
    {
        var cells = Csv.Cells([Gb18030.GetBytes("A1,\"张三,7"), Gb18030.GetBytes("A2,李四,8")]);

        Assert.Equal(2, cells.Count);
        Assert.Equal(["A2", "李四", "8"], cells[1]);
    }

    [Fact]
    public void The_header_must_name_the_columns()
    {
        Assert.True(Csv.HeaderFits(Gb18030.GetBytes("编号,姓名,序号")));
        Assert.False(Csv.HeaderFits(Gb18030.GetBytes("编号,序号,姓名")));
    }

    [Fact]
    public void D11_an_opaque_row_of_the_api_is_read_and_unescaped()
    {
        var row = Encoding.UTF8.GetBytes("""{"axdf0001":"A1","axdf0002":"%u5F20%u4E09%uD872%uDC56","axdf0003":"7"}""");

        Assert.Equal("A1\u001f7\u001f", KeyOf(Json, row));
        Assert.Equal("张三\U0002C856", Json.Cells([row])[0][1]);
    }

    [Theory]
    [InlineData("""{"axdf0001":"A1","axdf0002":"x"}""")]
    [InlineData("""{"axdf0001":"A1","axdf0002":"x","axdf0003":"7","axdf0004":"new"}""")]
    [InlineData("""{"axdf0001":"A1",""")]
    public void A_row_with_other_columns_has_no_cells(string row) => Assert.Empty(Json.Cells([Encoding.UTF8.GetBytes(row)])[0]);

    private static string KeyOf(RowReader reader, byte[] row)
    {
        Span<byte> key = stackalloc byte[100];
        var length = reader.WriteKey(row, key);
        return Encoding.UTF8.GetString(key[..length]);
    }
}
