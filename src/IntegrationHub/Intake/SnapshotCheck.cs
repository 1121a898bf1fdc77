using IntegrationHub.Policy;

namespace IntegrationHub.Intake;

/// <summary>What is known of a snapshot once its bytes are archived, its shape found and its rows counted.</summary>
internal sealed record SnapshotFacts
{
    public required SnapshotManifest? Manifest { get; init; }
    public required string Sha256 { get; init; }
    public string? Sm3 { get; init; }

    /// <summary>Rows of data.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows of totals and of separators only: no data, but some senders count them.</summary>
    public long OtherRows { get; init; }

    /// <summary>Why no layout reads it, or null.</summary>
    public string? Unfit { get; init; }

    /// <summary>True when absence from this file means something.</summary>
    public bool IsWhole { get; init; } = true;
    public required StreamPosition Stream { get; init; }
    public EarlierFiles Earlier { get; init; } = EarlierFiles.None;
    public required DateTimeOffset Now { get; init; }

    /// <summary>The checks an official has answered for, when a held file is let through: one with each decision.</summary>
    public IReadOnlyCollection<string> Overridden { get; init; } = [];
}

/// <summary>How far a stream has come: the last snapshot applied.</summary>
internal sealed record StreamPosition(int StreamId, DateTimeOffset? LastAsOf, int LastSequence, long LastRows);

/// <summary>What the stream's files of before say about this one.</summary>
/// <param name="IsKnown">The same content came before, under this name or for this instant.</param>
/// <param name="NameIsUsed">Other content came before under this name.</param>
/// <param name="LastRevision">The newest revision applied for this instant; -1 for none.</param>
internal sealed record EarlierFiles(bool IsKnown, bool NameIsUsed, int LastRevision)
{
    public static readonly EarlierFiles None = new(false, false, -1);
}

/// <summary>What to do with a snapshot before a row is believed.</summary>
internal abstract record SnapshotVerdict
{
    private SnapshotVerdict()
    {
    }

    /// <summary>Every row may be compared. The code, if any, is worth telling but stops nothing.</summary>
    public sealed record Take(string? Notice) : SnapshotVerdict;

    /// <summary>Nothing of it is applied until a person or a better file comes.</summary>
    public sealed record Hold(string Code) : SnapshotVerdict;

    /// <summary>It is kept as what was believed then; what stands now is newer.</summary>
    public sealed record History(string Code) : SnapshotVerdict;

    /// <summary>Its content is known already.</summary>
    public sealed record Ignore(string Code) : SnapshotVerdict;
}

/// <summary>Decides about a whole snapshot. Pure; the order of the checks is the order of trust (D10).</summary>
internal static class SnapshotCheck
{
    /// <summary>A sender's clock may be a little ahead; a snapshot of the day after tomorrow would bar all until then.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <summary>Checks an official may answer for. A file that is torn or is not what its manifest says is nobody's to release.</summary>
    public static bool MayBeOverridden(string code) => code is "file.shrunk" or "file.empty" or "file.rows" or "file.future";

    /// <summary>Checks that may come out otherwise under today's layout, so that the file may be tried again as it is.</summary>
    public static bool MayBeTriedAgain(string code) => MayBeOverridden(code) || code is "file.header" or "file.encoding";

    public static SnapshotVerdict Decide(SnapshotFacts facts, ShrinkGuard guard)
    {
        if (facts.Manifest is not { } manifest)
            return new SnapshotVerdict.Hold("file.no_manifest");
        if (!DigestFits(facts, manifest))
            return new SnapshotVerdict.Hold(facts.Rows < manifest.Rows ? "file.torn" : "file.digest");
        if (facts.Earlier.IsKnown)
            return new SnapshotVerdict.Ignore("file.duplicate");
        if (facts.Unfit is { } unfit)
            return new SnapshotVerdict.Hold(unfit);
        if (IsOlder(facts.Stream, manifest))
            return new SnapshotVerdict.History("file.stale");
        if (Doubts(facts, manifest, guard).FirstOrDefault(code => !facts.Overridden.Contains(code)) is { } doubt)
            return new SnapshotVerdict.Hold(doubt);
        return new SnapshotVerdict.Take(NoticeOf(facts, manifest));
    }

    /// <summary>0 for the first content of an instant, 1 for its first correction, and so on.</summary>
    public static int RevisionOf(EarlierFiles earlier) => earlier.LastRevision + 1;

    private static IEnumerable<string> Doubts(SnapshotFacts facts, SnapshotManifest manifest, ShrinkGuard guard)
    {
        if (manifest.Rows != facts.Rows && manifest.Rows != facts.Rows + facts.OtherRows)
            yield return "file.rows";
        if (manifest.AsOf > facts.Now + MostAhead)
            yield return "file.future";
        if (!facts.IsWhole)
            yield break; // where absence says nothing, fewer rows end nobody
        if (facts.Rows == 0 && facts.Stream.LastRows > 0)
            yield return "file.empty";
        else if (guard.IsTooFew(facts.Stream.LastRows, facts.Rows))
            yield return "file.shrunk";
    }

    // The instant decides, then the sender's own count. The same instant and count again, with other content, is a correction.
    private static bool IsOlder(StreamPosition stream, SnapshotManifest manifest) =>
        manifest.AsOf < stream.LastAsOf || (manifest.AsOf == stream.LastAsOf && manifest.Sequence < stream.LastSequence);

    private static string? NoticeOf(SnapshotFacts facts, SnapshotManifest manifest)
    {
        if (facts.Earlier.LastRevision >= 0)
            return "file.corrected";
        if (facts.Earlier.NameIsUsed)
            return "file.name_reused";
        return manifest.PreviousSequence is { } previous && previous != facts.Stream.LastSequence ? "file.sequence" : null;
    }

    private static bool DigestFits(SnapshotFacts facts, SnapshotManifest manifest) =>
        manifest.Sha256 is { } sha256 ? sha256.Equals(facts.Sha256, StringComparison.OrdinalIgnoreCase)
        : manifest.Sm3 is { } sm3 && sm3.Equals(facts.Sm3, StringComparison.OrdinalIgnoreCase);
}
