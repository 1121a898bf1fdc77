using System.Text;
using CsCheck;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

/// <summary>D9: what spreadsheets do to separated values.</summary>
public sealed class CsvTortureTests
{
    private const string Header = "编号,姓名,证件号,金额(元),备注";

    public static readonly TheoryData<string, string> Headers = new()
    {
        { "编号,姓名,证件号,金额(元),备注", "01234" },
        { "备注,金额(元),证件号,姓名,编号", "43210" },
        { "编号,姓名,证件号", "012--" },
        { "编号,名字,证件号", "012--" },
        { " 编 号 ,姓　名,证件号\t", "012--" },
        { "\ufeff编号,姓名,证件号", "012--" },
        { "\"编号\",\"姓名\",\"证件号\"", "012--" },
        { "=\"编号\",=\"姓名\",=\"证件号\"", "012--" },
        { "*编号,姓名：,证件号:", "012--" },
        { "编号,姓名/Name,证件号/ID No.", "012--" },
        { "No./编号,Name(姓名),证件号（ID）", "012--" },
        { "编号,\"姓名\nName\",证件号", "012--" },
        { "编号,姓名,证件号,金额（元）", "0123-" },
        { "编号,姓名,证件号,金额", "0123-" },
        { "编号,姓名,证件号,金额(元),备注,,,", "01234" },
        { "新列,编号,又一列,姓名,证件号", "134--" },
        { "axdf0001,axdf0002,axdf0003,axdf0004", "0123-" },
        { "AXDF0001,axdf0002,axdf0003", "012--" },
        { "编号,姓名,证件号\nNo,Name,ID", "012--" },
        { "No,Name,ID\n编号,姓名,证件号", "012--" },
        { "示例县名单\n编号,姓名,证件号", "012--" },
        { "示例县名单,,\n\n编号,姓名,证件号", "012--" },
        { "sep=,\n编号,姓名,证件号", "012--" },
    };

    public static readonly TheoryData<string, string> Rows = new()
    {
        { "H1,张三,1,2,x", "H1|张三|1|2|x" },
        { "H1,\"张,三\",1,2,x", "H1|张,三|1|2|x" },
        { "H1,\"张\"\"三\",1,2,x", "H1|张\"三|1|2|x" },
        { "H1,\"张\"三\",1,2,x", "H1|张\"三|1|2|x" }, // not doubled
        { "H1,张\"三,1,2,x", "H1|张\"三|1|2|x" },
        { "H1,\"张\n三\",1,2,x", "H1|张\n三|1|2|x" },
        { "H1,\"张\r\n三\",1,2,x", "H1|张\r\n三|1|2|x" },
        { "\"H1\",\"张三\",\"1\",\"2\",\"x\"", "H1|张三|1|2|x" },
        { "H1, \"张三\" ,1,2,x", "H1|张三|1|2|x" }, // quoted behind a space
        { "H1,\"\",1,2,x", "H1||1|2|x" },
        { "H1,张三,1,2,", "H1|张三|1|2|" },
        { "H1,张三,=\"410499\",2,x", "H1|张三|410499|2|x" },
        { "H1,张三,\"=\"\"410499\"\"\",2,x", "H1|张三|410499|2|x" },
        { "=\"H1\",张三,1,2,x", "H1|张三|1|2|x" },
        { "H1,张三,'410499,2,x", "H1|张三|410499|2|x" },
        { "'H1,张三,1,2,x", "H1|张三|1|2|x" },
        { " H1 ,\t张三,1,2,x", "H1|张三|1|2|x" },
        { "H1,张三,1,2,x,,,", "H1|张三|1|2|x" }, // empty cells behind the last column
        { "H1,张三,1,2", "row.columns" },
        { "H1,张三,1,2,x,y", "row.columns" }, // a comma inside a cell has moved the others
        { "H1,\"张三,1,2,x", "row.quotes" },
        { "H1,=1+1,1,2,x", "H1|=1+1|1|2|x" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void D09_columns_are_found_by_name_wherever_they_stand(string header, string places)
    {
        var found = Files.Read($"{header}\nH1,张三,1,2,x,6,7,8\n").Shape?.Header.Map;

        Assert.Equal(places, found is null ? null : string.Concat(found.Select(place => place < 0 ? "-" : $"{place}")));
    }

    [Theory]
    [InlineData("编号,证件号", "缺少列：姓名")]
    [InlineData("姓名,备注", "缺少列：编号、证件号")]
    [InlineData("编号,姓名,姓名,证件号", "重复列：姓名")]
    [InlineData("a,b,c", "缺少列：编号、姓名、证件号")]
    [InlineData("H1,张三,410499197605121035", "缺少列：编号、姓名、证件号")]
    public void D09_a_header_without_a_needed_column_holds_the_file_and_says_which(string header, string detail)
    {
        var file = Files.Read($"{header}\nH1,张三,1\n");

        Assert.Equal(("file.header", detail), (file.Code, file.Detail));
    }

    [Fact]
    public void P06_a_column_nobody_agreed_on_is_told_and_not_read()
    {
        var file = Files.Read("编号,姓名,银行卡,证件号\nH1,张三,6222000000000000,1\n");

        Assert.Equal(["file.new_columns"], file.Shape!.Notices); // it fits
        Assert.Equal("H1|张三|1||", Assert.Single(file.Rows).Text);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void D09_a_row_is_read_and_its_neighbours_are_whole(string row, string read)
    {
        foreach (var encoding in new[] { "UTF-8", "GB18030", "UTF-16LE BOM" })
        {
            var rows = Files.Read(Files.Bytes($"{Header}\r\nH0,甲,,,\r\n{row}\r\nH9,乙,,,\r\n", encoding)).Rows;

            Assert.Equal(["H0|甲|||", read, "H9|乙|||"], rows.ConvertAll(known => known.Text));
        }
    }

    [Theory]
    [InlineData(",")]
    [InlineData("\t")]
    [InlineData("；")]
    [InlineData("|")]
    [InlineData("｜")]
    [InlineData(";")]
    [InlineData("，")]
    public void D09_every_separator_is_found_in_every_encoding(string separator)
    {
        foreach (var encoding in new[] { "UTF-8", "UTF-8 BOM", "GB18030", "UTF-16LE BOM", "UTF-16BE BOM" })
        {
            // «單» and «髚» have a bar as their second byte in GB18030.
            var text = string.Join("\r\n", Header.Replace(",", separator), string.Join(separator, "H1", "單髚", "1", "2", $"\"a{separator}b\""));
            foreach (var declared in new[] { "auto", ",", separator })
            {
                var file = Files.Read(Files.Bytes(text, encoding), Files.Layout with { Separator = declared });

                Assert.Equal(separator[0], file.Shape?.Separator);
                Assert.Equal($"H1|單髚|1|2|a{separator}b", file.Rows[0].Text);
                Assert.Equal(declared == "," && separator != "," ? ["file.separator_differs"] : [], file.Shape!.Notices); // it fits
            }
        }
    }

    [Theory]
    [InlineData("合计,,,100,")]
    [InlineData("总计：,,,100,")]
    [InlineData("\"合 计\",,,100,")]
    [InlineData(",合计,,100,")]
    [InlineData("小计2户,,,100,")]
    [InlineData("共计(人)：,,,,")]
    public void D09_a_row_of_totals_is_no_data(string totals)
    {
        foreach (var encoding in new[] { "UTF-8", "GB18030" })
        {
            var file = Files.Read(Files.Bytes($"{Header}\nH1,张三,1,50,\nH2,李四,2,50,\n{totals}\n", encoding));

            Assert.Equal((2, 1L), (file.Rows.Count, file.Totals));
        }
    }

    [Theory]
    [InlineData("合计划,张三,1,,")]
    [InlineData("总计算,张三,1,,")]
    [InlineData("小计x,张三,1,,")]
    public void D09_what_only_begins_like_totals_is_data(string row) =>
        Assert.Single(Files.Read($"{Header}\n{row}\n").Rows);

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public void D09_any_line_end_ends_a_row(string end)
    {
        var rows = Files.Read(string.Join(end, Header, "H1,张三,1,,", "", ",,,,", "H2,李四,2,,", "")).Rows;

        Assert.Equal(["H1|张三|1||", "H2|李四|2||"], rows.ConvertAll(row => row.Text));
    }

    [Theory]
    [InlineData("H1,张三,410499197605121035,,", "H1|410499197605121035|")]
    [InlineData("H1,张三,\"410499197605121035\",,", "H1|410499197605121035|")]
    [InlineData("H1,张三,=\"410499197605121035\",,", "H1|410499197605121035|")]
    [InlineData("H1,张三,\"=\"\"410499197605121035\"\"\",,", "H1|410499197605121035|")]
    [InlineData("'H1, 张三 ,'410499197605121035 ,,", "H1|410499197605121035|")]
    [InlineData("H1,张三,４１０４９９１９７６０５１２１０３５,,", "H1|410499197605121035|")]
    [InlineData("H1,张三,,,20250101", "H1||张三|20250101|")]
    [InlineData("H1,\"张,三\",,,20250101", "H1||张,三|20250101|")]
    [InlineData("H1,张三,,,", "")]
    [InlineData(",,,,20250101", "")]
    [InlineData("H1", "")]
    public void D09_the_key_reads_the_same_however_it_is_written(string row, string key) =>
        Assert.Equal(key, Assert.Single(Files.Read($"{Header}\n{row}\n").Rows).Key);

    [Fact]
    public void D09_a_key_does_not_depend_on_the_order_of_the_columns() => Assert.Equal(
        Files.Read($"{Header}\nH1,张三,1,2,x\n").Rows[0].Key, Files.Read("备注,证件号,姓名,编号\nx,1,张三,H1\n").Rows[0].Key);

    [Fact]
    public void D09_a_guard_taken_off_is_recorded()
    {
        var report = LayoutCheck.Of("f.csv", Files.Layout, new DateOnly(2026, 3, 2), () => new MemoryStream(Encoding.UTF8.GetBytes($"{Header}\nH1,张三,=\"1\",2,x\n")));

        Assert.Equal(("cell.guard", "证件号", 1L), Assert.Single(report.Repairs) is var repair ? (repair.Rule, repair.Column, repair.Rows) : default);
    }

    [Fact]
    public void D09_a_row_longer_than_any_row_is_one_row_and_its_neighbours_are_whole()
    {
        var file = Files.Read($"{Header}\nH1,张三,1,,\nH2,{new string('x', 3_000_000)},2,,\nH3,王五,3,,\n");

        Assert.Equal(3, file.Rows.Count);
        Assert.Equal(["H1|张三|1||", "H3|王五|3||"], [file.Rows[0].Text, file.Rows[2].Text]);
    }

    [Fact]
    public void D09_two_thousand_rows_with_bad_quotes_among_them_are_each_themselves()
    {
        var rows = Enumerable.Range(0, 2_000).Select(i => i % 7 == 0 ? $"H{i},\"张三,{i},," : $"H{i},李四,{i},,").ToList();

        var read = Files.Read($"{Header}\n{string.Join('\n', rows)}\n").Rows;

        Assert.Equal(2_000, read.Count);
        Assert.All(Enumerable.Range(0, 2_000), i => Assert.Equal(i % 7 == 0 ? "row.quotes" : $"H{i}|李四|{i}||", read[i].Text));
    }

    [Fact]
    public void D09_a_mutated_file_is_read_without_a_crash_and_every_row_of_it_is_counted()
    {
        var dice = new Random(9);
        var text = $"{Header}\r\n{string.Concat(Enumerable.Range(0, 30).Select(i => $"H{i},\"张{i},三\",{i},1.5,\"第\n二\"\r\n"))}合计,,,,\r\n";
        var originals = TextForms.All.Select(form => form.Strict.GetBytes(text)).ToList();
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Mutated(originals[round % originals.Count], dice);

            var report = LayoutCheck.Of("f.csv", Files.Layout, new DateOnly(2026, 3, 2), () => new MemoryStream(bytes));

            Assert.True(report.Code is not null || report.Rows == report.Clean + report.Quarantined);
            Assert.True(report.Rows <= bytes.Length);
        }
    }

    private static byte[] Mutated(byte[] original, Random dice)
    {
        byte[] bytes = [.. original];
        for (var i = dice.Next(4); i >= 0 && bytes.Length > 2; i--)
        {
            var (at, length) = (dice.Next(bytes.Length - 1), dice.Next(40));
            length = Math.Min(length, bytes.Length - at);
            switch (dice.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << dice.Next(8));
                    break;
                case 1:
                    bytes = bytes[..at];
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[(at + length)..]];
                    break;
                case 3:
                    bytes = [.. bytes[..(at + length)], .. bytes[at..]];
                    break;
                default:
                    bytes[at] = (byte)"\"\r\n,\0\t='"[dice.Next(8)];
                    break;
            }
        }

        return bytes;
    }

    [Fact]
    public void Reading_the_cells_of_a_batch_costs_no_allocation_for_a_row()
    {
        var shape = Files.Read($"{Header}\nH1,张三,1,,\n").Shape!; // it fits
        var reader = RowReader.For(shape);
        var batch = new RowBatch();
        for (var i = 0; i < 2_000; i++)
            batch.Add(Encoding.UTF8.GetBytes($"H{i},张三丰,410499197605121035,\"1,234.50\",示例乡示例路{i}号"));
        Sum(reader.Read(batch));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var letters = Sum(reader.Read(batch));
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(letters > 50_000);
        Assert.True(bytes < 2_000 * 20, $"{bytes / 2_000.0:0.0} bytes a row");
    }

    private static int Sum(RowCells cells)
    {
        var letters = 0;
        while (cells.Advance())
        {
            for (var i = 0; i < cells.Count; i++)
                letters += cells[i].Length;
        }

        return letters;
    }

    [Fact]
    public void D09_what_was_written_by_the_rules_is_read_back_whatever_it_says() =>
        Gen.Select(Gen.String[Gen.Char["a张,\"\n;|｜"], 0, 12].Array[3], Gen.OneOfConst(',', '\t', '|', ';', '；', '｜')).Sample((drawn, separator) =>
        {
            var cells = Array.ConvertAll(drawn, cell => $"x{cell}x");
            var row = string.Join(separator, cells.Prepend("H").Append("").Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
            var read = Files.Read($"{Header.Replace(',', separator)}\n{row}\n");
            return read.Rows is [{ Problem: null } only] && only.Cells.AsSpan(1, 3).SequenceEqual(cells);
        }, iter: 1_000);
}
