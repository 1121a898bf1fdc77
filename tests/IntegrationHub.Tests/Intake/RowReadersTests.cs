using System.Text;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

public sealed class RowReadersTests
{
    private static readonly SnapshotLayout Layout = new()
    {
        Layout = "test",
        Type = "TT",
        Source = "test",
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

    private static readonly JsonRowReader Json = new(Layout);

    [Fact]
    public void D11_an_opaque_row_of_the_api_is_read_and_unescaped()
    {
        const string Row = """{"axdf0001":"A1","axdf0002":"%u5F20%u4E09%uD872%uDC56","axdf0003":"7"}""";

        Assert.Equal("A1|7|", KeyOf(Row));
        Assert.Equal("张三\U0002C856", CellsOf(Row)[1]);
    }

    [Theory]
    [InlineData("""{"axdf0001":"A1","axdf0003":"7"}""", "A1||7")]
    [InlineData("""{"axdf0003":"7","axdf0002":"x","axdf0001":"A1"}""", "A1|x|7")]
    [InlineData("""{"编号":"A1","姓名":"x","序号":"7"}""", "A1|x|7")]
    [InlineData("""{"axdf0001":"A1","axdf0002":null,"axdf0003":7}""", "A1||7")]
    public void D11_columns_of_the_api_are_found_by_name(string row, string cells) => Assert.Equal(cells, string.Join('|', CellsOf(row)));

    [Theory]
    [InlineData("""{"axdf0001":"A1","axdf0002":"x","axdf0003":"7","axdf0004":"new"}""")]
    [InlineData("""{"axdf0001":"A1","axdf0009":{"deep":[1]},"axdf0002":"x","axdf0003":"7"}""")]
    public void P06_a_property_nobody_agreed_on_is_not_read(string row) => Assert.Equal(["A1", "x", "7"], CellsOf(row));

    [Theory]
    [InlineData("""{"axdf0001":"A1",""", "row.columns")]
    [InlineData("[]", "row.columns")]
    [InlineData("""{"axdf0001":["A1"]}""", "row.columns")]
    [InlineData("""{"axdf0001":"\u0000"}""", "row.encoding")]
    [InlineData("""{"axdf0001":"\uD800"}""", "row.columns")]
    public void D11_what_is_no_row_has_a_problem(string row, string problem)
    {
        var cells = Read(row);

        Assert.Equal(problem, cells.Problem);
    }

    private static string[] CellsOf(string row)
    {
        var cells = Read(row);
        Assert.Null(cells.Problem);
        return [.. Enumerable.Range(0, cells.Count).Select(i => cells[i].ToString())];
    }

    private static RowCells Read(string row)
    {
        var batch = new RowBatch();
        batch.Add(Encoding.UTF8.GetBytes(row));
        var cells = Json.Read(batch);
        Assert.True(cells.Advance());
        return cells;
    }

    private static string KeyOf(string row)
    {
        Span<byte> key = stackalloc byte[100];
        var length = Json.WriteKey(Encoding.UTF8.GetBytes(row), key);
        return Encoding.UTF8.GetString(key[..length]).Replace('\u001f', '|');
    }
}
