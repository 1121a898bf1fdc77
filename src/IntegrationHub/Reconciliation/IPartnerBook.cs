namespace IntegrationHub.Reconciliation;

/// <summary>A partner's list of charity aid, as the partner states it: what the hub's book is compared with.</summary>
public interface IPartnerBook
{
    string Source { get; }

    BookRole Role { get; }

    /// <summary>Aid id to field hash, of every aid in the partner's book.</summary>
    /// <exception cref="Contracts.HubProblemException">The book could not be read.</exception>
    Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken);

    /// <summary>What the partner says its book comes to, or null if its contract offers no such statement.</summary>
    /// <exception cref="Contracts.HubProblemException">The book could not be read.</exception>
    Task<BookTotals?> Totals(CancellationToken cancellationToken);

    /// <summary>These places of the tree over the partner's book; places without lines may be left out. Null if it offers no tree.</summary>
    /// <exception cref="Contracts.HubProblemException">The book could not be read.</exception>
    Task<IReadOnlyList<BookNode>?> Nodes(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BookNode>?>(null);

    /// <summary>Aid id to field hash of the lines under these places; asked only of a partner that offers a tree.</summary>
    /// <exception cref="Contracts.HubProblemException">The book could not be read.</exception>
    Task<IReadOnlyDictionary<string, string>> Lines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"The book of {Source} has no tree.");
}
