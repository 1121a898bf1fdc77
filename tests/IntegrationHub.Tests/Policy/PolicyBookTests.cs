using IntegrationHub.Contracts;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Disclosure;

namespace IntegrationHub.Tests.Policy;

public sealed class PolicyBookTests
{
    private static readonly PolicyPack First = Requests.Policy;

    private static readonly PolicyPack Second = First with { Version = "2026-06", EffectiveFrom = new DateOnly(2026, 6, 1) };

    [Fact]
    public void R01_a_version_without_an_end_ends_where_the_next_begins()
    {
        var book = PolicyBook.Of(Second, First);

        Assert.Same(First, book.On(new DateOnly(2026, 5, 31)));
        Assert.Same(Second, book.On(new DateOnly(2026, 6, 1)));
        Assert.Same(First, book.Version("2026-01"));
        Assert.Null(book.Version("2025-01"));
    }

    [Fact]
    public void R01_on_a_day_without_rules_no_other_version_stands_in()
    {
        var book = PolicyBook.Of(First with { EffectiveTo = new DateOnly(2026, 3, 31) }, Second);

        Assert.Null(book.On(new DateOnly(2025, 12, 31)));
        Assert.NotNull(book.On(new DateOnly(2026, 3, 31)));
        Assert.Null(book.On(new DateOnly(2026, 4, 1)));
        Assert.Null(PolicyBook.Of().On(new DateOnly(2026, 4, 1)));
        Assert.Equal(
            "policy.missing", Assert.Throws<HubProblemException>(() => book.Require(new DateOnly(2026, 4, 1))).Code);
    }

    [Fact]
    public void A_pack_with_the_byte_order_mark_of_an_editor_is_read() => Assert.Equal(
        "2026-01",
        PolicyFile.Parse([.. "\uFEFF"u8, .. PolicyFile.In(Path.Combine(AppContext.BaseDirectory, "contracts"))[0].Body]).Version);
}
