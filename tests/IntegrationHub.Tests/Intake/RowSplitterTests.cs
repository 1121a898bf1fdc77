using System.Text;
using CsCheck;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

public sealed class RowSplitterTests
{
    [Fact]
    public void Rows_end_at_line_ends_and_lose_them() =>
        Assert.Equal(["a,b", "c,d", "e"], Split("a,b\r\nc,d\ne"));

    [Fact]
    public void A_line_end_inside_a_quoted_field_belongs_to_the_row() =>
        Assert.Equal(["a,\"b\nc\",d", "e"], Split("a,\"b\nc\",d\ne\n"));

    [Fact]
    public void A_quote_in_the_middle_of_a_field_is_a_letter() =>
        Assert.Equal(["a,b\"c", "d,e"], Split("a,b\"c\nd,e\n"));

    [Fact]
    public void A_quote_that_never_closes_costs_one_row_not_its_neighbours()
    {
        var rows = Split($"a,\"b\n{string.Join('\n', Enumerable.Repeat("good,row", 10_000))}\n");

        Assert.Equal("a,\"b", rows[0]);
        Assert.Equal(10_001, rows.Count);
    }

    [Fact]
    public void Empty_lines_are_no_rows() => Assert.Equal(["a", "b"], Split("a\r\n\r\n\nb\n\n"));

    [Fact]
    public void D09_a_lone_carriage_return_ends_a_row() => Assert.Equal(["a,b", "c,d", "e", "f"], Split("a,b\rc,d\r\ne\r\rf"));

    [Fact]
    public void D09_a_row_longer_than_any_row_is_cut_and_the_next_one_is_whole()
    {
        var rows = Split($"one\n{new string('x', 2_500_000)}\nthree\n{new string('y', RowSplitter.LongestRow)}\nfive");

        Assert.Equal([3, RowSplitter.LongestRow, 5, RowSplitter.LongestRow, 4], rows.ConvertAll(row => row.Length));
    }

    [Fact]
    public void Offsets_point_at_the_rows()
    {
        var bytes = Encoding.UTF8.GetBytes("one\r\ntwo\r\nthree");
        var splitter = new RowSplitter(new MemoryStream(bytes), (byte)',');
        var read = new List<string>();

        while (splitter.Fill())
        {
            while (splitter.TryNext(out var row))
                read.Add(Encoding.UTF8.GetString(bytes, (int)splitter.RowOffset, row.Length));
        }

        Assert.Equal(["one", "two", "three"], read);
    }

    [Fact]
    public void Rows_longer_than_a_buffer_apart_are_the_same_however_the_stream_delivers() =>
        Gen.Select(Gen.Int[1, 4_000], Gen.Int[1, 200]).Sample((count, width) =>
        {
            var rows = Enumerable.Range(0, count).Select(i => $"{i},{new string('x', width)}").ToList();
            return Split(string.Join("\r\n", rows)).SequenceEqual(rows);
        }, iter: 30);

    private static List<string> Split(string text)
    {
        var splitter = new RowSplitter(new MemoryStream(Encoding.UTF8.GetBytes(text)), (byte)',');
        var rows = new List<string>();
        while (splitter.Fill())
        {
            while (splitter.TryNext(out var row))
                rows.Add(Encoding.UTF8.GetString(row));
        }

        return rows;
    }
}
