using IntegrationHub.Intake;
using IntegrationHub.Policy;

namespace IntegrationHub.Tests.Intake;

public sealed class SnapshotCheckTests
{
    private static readonly ShrinkGuard Guard = new(0.10m, 50);
    private static readonly DateTimeOffset AsOf = new(2026, 3, 1, 15, 30, 0, TimeSpan.Zero);

    private static readonly SnapshotFacts Good = new()
    {
        Manifest = new SnapshotManifest("f.csv", 1_000, "abc", null, AsOf, 2, 1),
        Sha256 = "abc",
        Rows = 1_000,
        Stream = new StreamPosition(1, AsOf.AddDays(-1), 1, 1_000),
        Now = AsOf.AddHours(3),
    };

    private static readonly SnapshotManifest Manifest = Good.Manifest!; // set just above

    public static readonly TheoryData<string, object> Bad = new()
    {
        { "file.no_manifest", Good with { Manifest = null } },
        { "file.digest", Good with { Sha256 = "other" } },
        { "file.digest", Good with { Manifest = Manifest with { Sha256 = null } } },
        { "file.torn", Good with { Sha256 = "other", Rows = 600 } },
        { "file.rows", Good with { Rows = 1_001 } },
        { "file.rows", Good with { Rows = 999 } },
        { "file.rows", Good with { Rows = 998, OtherRows = 1 } },
        { "file.header", Good with { Unfit = "file.header" } },
        { "file.encoding", Good with { Unfit = "file.encoding", Rows = 1 } },
        { "file.empty", Good with { Manifest = Manifest with { Rows = 0 }, Rows = 0 } },
        { "file.shrunk", Good with { Manifest = Manifest with { Rows = 620 }, Rows = 620 } },
        { "file.future", Good with { Now = AsOf.AddDays(-2) } },
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
    public void D10_the_same_content_again_is_ignored() => Assert.Equal(
        "file.duplicate",
        Assert.IsType<SnapshotVerdict.Ignore>(SnapshotCheck.Decide(Good with { Earlier = new EarlierFiles(true, false, 0) }, Guard)).Code);

    [Theory]
    [InlineData(-1, 2, true)] // yesterday's
    [InlineData(0, 0, true)] // the same instant, an earlier count
    [InlineData(0, 1, false)]
    [InlineData(1, 1, false)]
    public void Scenario_18_a_snapshot_older_than_the_last_is_history(int days, int sequence, bool isHistory)
    {
        var facts = Good with
        {
            Manifest = Manifest with { AsOf = AsOf.AddDays(days), Sequence = sequence, PreviousSequence = 1 },
            Stream = new StreamPosition(1, AsOf, 1, 1_000),
            Now = AsOf.AddDays(1),
        };

        Assert.Equal(isHistory, SnapshotCheck.Decide(facts, Guard) is SnapshotVerdict.History { Code: "file.stale" });
    }

    [Theory]
    [InlineData(false, -1, null, 0)]
    [InlineData(true, 0, "file.corrected", 1)] // the name and the instant again
    [InlineData(false, 2, "file.corrected", 3)] // the instant again under another name
    [InlineData(true, -1, "file.name_reused", 0)] // an old name for a new instant
    public void Scenario_20_other_content_for_the_same_instant_is_a_correction(bool nameIsUsed, int lastRevision, string? notice, int revision)
    {
        var facts = Good with { Earlier = new EarlierFiles(false, nameIsUsed, lastRevision) };

        Assert.Equal(notice, Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(facts, Guard)).Notice);
        Assert.Equal(revision, SnapshotCheck.RevisionOf(facts.Earlier));
    }

    [Theory]
    [InlineData("file.shrunk", 620, 0)]
    [InlineData("file.empty", 0, 0)]
    [InlineData("file.rows", 1_001, 1_000)]
    public void D10_an_official_answers_for_one_check_only(string code, long rows, long promised)
    {
        var facts = Good with { Manifest = Manifest with { Rows = promised == 0 ? rows : promised }, Rows = rows, Overridden = [code] };

        Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(facts, Guard));
        Assert.IsType<SnapshotVerdict.Hold>(SnapshotCheck.Decide(facts with { Overridden = ["file.other"] }, Guard));
        Assert.IsType<SnapshotVerdict.Hold>(SnapshotCheck.Decide(facts with { Sha256 = "torn" }, Guard));
    }

    [Theory]
    [InlineData("file.torn")]
    [InlineData("file.digest")]
    [InlineData("file.no_manifest")]
    public void D10_a_file_that_is_not_what_its_manifest_says_cannot_be_let_through(string code) =>
        Assert.False(SnapshotCheck.MayBeTriedAgain(code));

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_002)] // the sender counted its row of totals and a blank one
    public void D09_rows_of_totals_may_be_counted_or_not(long promised) => Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(
        Good with { Manifest = Manifest with { Rows = promised }, OtherRows = 2 }, Guard));

    [Fact]
    public void D12_where_absence_says_nothing_a_small_file_is_taken() => Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(
        Good with { Manifest = Manifest with { Rows = 3 }, Rows = 3, IsWhole = false }, Guard));

    [Theory]
    [InlineData(1_000, 901, true)] // 9.9 % fewer
    [InlineData(1_000, 899, false)]
    [InlineData(100, 75, true)] // more than a tenth, but fewer than fifty rows
    [InlineData(100, 62, false)] // an outage, however small the county (scenario 19)
    [InlineData(100, 49, false)]
    [InlineData(20, 12, true)] // a few rows are chance
    [InlineData(100_000, 99_900, true)] // fifty rows of a county are an ordinary night
    [InlineData(100_000, 89_000, false)]
    public void Scenario_19_a_snapshot_may_shrink_a_little(long before, long now, bool taken)
    {
        var facts = Good with
        {
            Manifest = Manifest with { Rows = now },
            Rows = now,
            Stream = Good.Stream with { LastRows = before },
        };

        Assert.Equal(taken, SnapshotCheck.Decide(facts, Guard) is SnapshotVerdict.Take);
    }

    [Fact]
    public void Either_digest_of_the_manifest_will_do() => Assert.IsType<SnapshotVerdict.Take>(SnapshotCheck.Decide(
        Good with { Manifest = Manifest with { Sha256 = null, Sm3 = "DEF" }, Sm3 = "def" }, Guard));
}
