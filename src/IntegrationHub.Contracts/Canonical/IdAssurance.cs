namespace IntegrationHub.Contracts.Canonical;

/// <summary>What an id number of a record is worth (domain.md §2.3).</summary>
public enum IdAssurance
{
    /// <summary>A source stated all eighteen characters.</summary>
    Stated,

    /// <summary>Made from fifteen digits: it decides only together with name and birth.</summary>
    Derived,

    /// <summary>There is none, or none that can be one.</summary>
    None,
}

/// <summary>Whether a name came as it is written.</summary>
public enum NameQuality
{
    Ok,

    /// <summary>A letter was lost on the way, or the name is a stand-in: it never matches by itself (D2).</summary>
    Degraded,
}
