namespace IntegrationHub.Contracts.Canonical;

/// <summary>What a source record may do, given what that record already did (domain.md §2.6, "Idempotent apply").</summary>
public enum EffectVerdict
{
    Apply,

    /// <summary>The same state again, or an older one: nothing is left to do.</summary>
    AlreadyApplied,

    /// <summary>The same version says two things: a person decides which.</summary>
    Conflict,
}

/// <summary>The newest state of a source record that took effect.</summary>
public readonly record struct KnownEffect(Guid SourceKey, long Version, Guid ContentHash)
{
    /// <summary>Pure: what a record that could not take effect says against the one that did.</summary>
    public EffectVerdict Against(CanonicalRecord record) =>
        record.Version == Version && record.ContentHash != ContentHash && record is not EndedRecord
            ? EffectVerdict.Conflict
            : EffectVerdict.AlreadyApplied;
}
