using IntegrationHub.Policy;

namespace IntegrationHub.Intake;

/// <summary>What is known of a snapshot once its bytes are archived and its rows counted.</summary>
internal sealed record SnapshotFacts(
    SnapshotManifest? Manifest, string Sha256, string? Sm3, long Rows, bool HeaderFits, StreamPosition Stream, EarlierFile? SameName);

/// <summary>How far a stream has come: the last snapshot applied.</summary>
internal sealed record StreamPosition(int StreamId, DateTimeOffset? LastAsOf, int LastSequence, long LastRows);

/// <summary>A file of the same stream and name that was applied before.</summary>
internal sealed record EarlierFile(string Digest);

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

    /// <summary>Its content is known already.</summary>
    public sealed record Ignore(string Code) : SnapshotVerdict;
}

/// <summary>Decides about a whole snapshot. Pure; the order of the checks is the order of trust (D10).</summary>
internal static class SnapshotCheck
{
    public static SnapshotVerdict Decide(SnapshotFacts facts, ShrinkGuard guard)
    {
        if (facts.Manifest is not { } manifest)
            return new SnapshotVerdict.Hold("file.no_manifest");
        if (!DigestFits(facts, manifest))
            return new SnapshotVerdict.Hold(facts.Rows < manifest.Rows ? "file.torn" : "file.digest");
        if (facts.SameName is { } earlier)
        {
            return earlier.Digest == facts.Sha256
                ? new SnapshotVerdict.Ignore("file.duplicate")
                : new SnapshotVerdict.Hold("file.name_reused");
        }

        if (facts.Rows != manifest.Rows)
            return new SnapshotVerdict.Hold("file.rows");
        if (!facts.HeaderFits)
            return new SnapshotVerdict.Hold("file.header");
        if (facts.Stream.LastAsOf >= manifest.AsOf)
            return new SnapshotVerdict.Hold("file.stale");
        if (facts.Rows == 0 && facts.Stream.LastRows > 0)
            return new SnapshotVerdict.Hold("file.empty");
        if (Shrank(facts, guard))
            return new SnapshotVerdict.Hold("file.shrunk");
        return new SnapshotVerdict.Take(
            manifest.PreviousSequence is { } previous && previous != facts.Stream.LastSequence ? "file.sequence" : null);
    }

    private static bool DigestFits(SnapshotFacts facts, SnapshotManifest manifest) =>
        manifest.Sha256 is { } sha256 ? sha256.Equals(facts.Sha256, StringComparison.OrdinalIgnoreCase)
        : manifest.Sm3 is { } sm3 && sm3.Equals(facts.Sm3, StringComparison.OrdinalIgnoreCase);

    private static bool Shrank(SnapshotFacts facts, ShrinkGuard guard)
    {
        var lost = facts.Stream.LastRows - facts.Rows;
        return lost > guard.Rows && lost > facts.Stream.LastRows * guard.Ratio;
    }
}
