namespace IntegrationHub.Pipeline.Rights;

/// <summary>How an erasure stands: proposed, or done with its proof.</summary>
public abstract record ErasureReport
{
    private ErasureReport() { }

    /// <summary>Another person must approve it by the same call.</summary>
    public sealed record Proposed(Guid ErasureId, Guid PersonKey, string ProposedBy) : ErasureReport
    {
        public string State { get; } = "PROPOSED";
    }

    public sealed record Done(Guid ErasureId, Guid PersonKey, ErasureProof Proof) : ErasureReport
    {
        public string State { get; } = "DONE";
    }
}

/// <summary>
/// What an erasure destroyed, where, and how it was tried afterwards to find or open anything. Counts only; it stays as
/// evidence.
/// </summary>
public sealed record ErasureProof
{
    /// <summary>What was destroyed, in words of the stores, with how many.</summary>
    public required IReadOnlyDictionary<string, long> Destroyed { get; init; }

    /// <summary>Sealed values that were there before, and were tried again afterwards.</summary>
    public required int SealedValues { get; init; }

    /// <summary>With so many keys: every one the hub has.</summary>
    public required long KeysTried { get; init; }

    /// <summary>So many opened. It must be none.</summary>
    public required int Opened { get; init; }

    /// <summary>Places that are sealed by the hub's own key and in which the person still stands. It must be none.</summary>
    public required int StillFound { get; init; }

    /// <summary>Archived originals in which the person stands: nobody can be cut out of a sealed file, retention deletes it.</summary>
    public required int ArchivedFiles { get; init; }

    public bool Holds => Opened == 0 && StillFound == 0;
}
