using IntegrationHub.Intake;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Policy;

namespace IntegrationHub.Tests.Intake;

public sealed class PolicyCodesTests
{
    private static readonly PolicyPack Wider = Packs.Pack with
    {
        NeedKinds = [.. Packs.Pack.NeedKinds, new NeedKind("ZC", "助残", []) { Aliases = ["残疾帮扶"] }],
        Categories = [new CategoryRow("LI8", "新增类别") { Aliases = ["困难职工"] }],
    };

    [Theory]
    [InlineData("助残", "ZC")]
    [InlineData("残疾帮扶", "ZC")]
    [InlineData("ZC", "ZC")]
    [InlineData("助学", "ZX")]
    [InlineData("助老", null)]
    public void R44_a_kind_of_the_policy_is_understood_in_the_next_file(string said, string? code)
    {
        var column = ColumnOf("dsr-xq.json", "kind");

        Assert.Equal(code, column.Codes!.GetValueOrDefault(said)); // a column with a crosswalk has codes
    }

    [Theory]
    [InlineData("困难职工", "LI8")]
    [InlineData("农村低保", "LI1")]
    [InlineData("低收人", null)]
    public void R07_a_category_of_the_policy_needs_no_new_build_and_an_unknown_one_is_still_unknown(string said, string? code)
    {
        var column = ColumnOf("dsr-rd.json", "category");

        Assert.Equal(code, column.Codes!.GetValueOrDefault(said)); // a column with a crosswalk has codes
    }

    [Fact]
    public void Without_a_policy_and_where_nothing_is_new_the_layout_stays_as_it_is()
    {
        var layout = Layout("dsr-xq.json");

        Assert.Same(layout, PolicyCodes.Widen(layout, null));
        Assert.Same(layout.Columns[0], PolicyCodes.Widen(layout, Wider).Columns[0]);
    }

    private static LayoutColumn ColumnOf(string file, string field) =>
        PolicyCodes.Widen(Layout(file), Wider).Columns.Single(column => column.Field == field);

    private static SnapshotLayout Layout(string file) =>
        SnapshotLayout.Load(Packs.Folder, Path.Combine("provincial", "layouts", file));
}
