using IntegrationHub.Intake;
using IntegrationHub.Policy;

namespace IntegrationHub.Tests.Intake;

public sealed class SnapshotCheckTests
{
    private static readonly ShrinkGuard Guard = new(0.10m, 50);
    private static readonly DateTimeOffset AsOf = new(2026, 3, 1, 15, 30, 0, TimeSpan.Zero);

    private static readonly SnapshotFacts Good = new(
        new SnapshotManifest("f.csv", 1_000, "abc", null, AsOf, 2, 1), "abc", null, 1_000, true,
        new StreamPosition(1, AsOf.AddDays(-1), 1, 1_000), null);

    public static readonly TheoryData<string, object> Bad = new()
    {
        { "file.no_manifest", Good with { Manifest = null } },
        { "file.digest", Good with { Sha256 = "other" } },
        { "file.torn", Good with { Sha256 = "other", Rows = 600 } },
        { "file.rows", Good with { Rows = 1_001 } },
        { "file.header", Good with { HeaderFits = false } },
        { "file.stale", Good with { Stream = new StreamPosition(1, AsOf, 1, 1_000) } },
        { "file.name_reused", Good with { SameName = new EarlierFile("older") } },
        { "file.empty", Good with { Manifest = Good.Manifest! with { Rows = 0 }, Rows = 0 } }, // Good has a manifest
        { "file.shrunk", Good with { Manifest = Good.Manifest! with { Rows = 620 }, Rows = 620 } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void D10_a_doubtful_file_is_held_whole(string code, object facts) =>
        Assert.Equal(code, Assert.IsType<SnapshotVerdict.Hold>(SnapshotCheck.Decide((SnapshotFacts)facts, Guard)).Code);

    [Fact]
    public void A_good_file_is_taken() => Assert.Null(Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(Good, Guard)).Notice);

    [Fact]
    public void A_gap_in_the_sequence_is_told_and_stops_nothing() => Assert.Equal(
        "file.sequence",
        Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(Good with { Stream = Good.Stream with { LastSequence = 0 } }, Guard)).Notice);

    [Fact]
    public void The_same_content_again_is_ignored() => Assert.Equal(
        "file.duplicate",
        Assert.IsType<SnapshotVerdict.Ignore>(SnapshotCheck.Decide(Good with { SameName = new EarlierFile("abc") }, Guard)).Code);

    [Theory]
    [InlineData(1_000, 901, true)] // 9.9 % fewer
    [InlineData(1_000, 899, false)]
    [InlineData(100, 60, true)] // more than a tenth, but fewer than fifty rows
    [InlineData(100, 49, false)]
    public void A_snapshot_may_shrink_a_little(long before, long now, bool taken)
    {
        var facts = Good with
        {
            Manifest = Good.Manifest! with { Rows = now }, // Good has a manifest
            Rows = now,
            Stream = Good.Stream with { LastRows = before },
        };

        Assert.Equal(taken, SnapshotCheck.Decide(facts, Guard) is SnapshotVerdict.Take);
    }

    [Fact]
    public void Either_digest_of_the_manifest_will_do() => Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(
        Good with { Manifest = Good.Manifest! with { Sha256 = null, Sm3 = "DEF" }, Sm3 = "def" }, Guard)); // Good has a manifest
}
