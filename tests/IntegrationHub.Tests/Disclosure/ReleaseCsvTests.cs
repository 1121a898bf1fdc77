using System.Text;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Disclosure;

public sealed class ReleaseCsvTests
{
    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+86 1", "\"'+86 1\"")]
    [InlineData("-5", "\"'-5\"")]
    [InlineData("@sum", "\"'@sum\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("示例甲", "示例甲")]
    [InlineData("6000.00", "6000.00")]
    [InlineData("", "")]
    public void D09_a_cell_is_never_a_formula_and_never_breaks_its_row(string value, string cell) =>
        Assert.Equal(cell, ReleaseCsv.Cell(value));

    [Fact]
    public void A_file_has_a_row_for_each_release_and_each_recall_and_all_have_the_same_columns()
    {
        var body = Encoding.UTF8.GetBytes(
            """
            {"referralId":"r","releaseId":"e","items":{"name":"示例甲","phone":"=x"},"releasedAt":"2026-03-02T00:00:00Z"}
            """);
        var recall = new RecallRow
        {
            RecallId = Guid.Empty,
            ReleaseId = Guid.Empty,
            ReferralId = Guid.Empty,
            Uscc = "one",
            Items = ["name", "phone"],
            Reason = RecallReason.Withdrawn,
            IssuedAt = default,
            Deadline = default,
        };

        var lines = Encoding.UTF8.GetString(ReleaseCsv.Write([body], [recall])).TrimEnd().Split("\r\n");

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("\uFEFFaction,referral_id", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("RELEASE,r,e,2026-03-02T00:00:00Z,,,示例甲,,\"'=x\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("name;phone", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(lines[0].Count(letter => letter == ','), line.Count(letter => letter == ',')));
    }
}
