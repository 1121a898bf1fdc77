namespace IntegrationHub.Contracts.Messages;

/// <summary>Take one landed chunk of records through the stations. Carries a reference; the records stay sealed in the database.</summary>
public sealed record ProcessChunk
{
    public required Guid ChunkId { get; init; }
}

/// <summary>Find out which records of a run are about one person, then route its needs. Sent when a run's last chunk is done.</summary>
public sealed record LinkPeople
{
    /// <summary>The run whose needs wait for this.</summary>
    public required Guid RunId { get; init; }
}

/// <summary>Decide about open needs and live referrals from a cursor on: offer, withdraw, lapse. Sent when a run's people are linked.</summary>
public sealed record RouteNeeds
{
    /// <summary>The run that waits for this, or null when only the routing itself is wanted.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Where the line of those who go first goes on; the beginning for the first page.</summary>
    public QueuePlace First { get; init; }

    /// <summary>Where the line of the others goes on.</summary>
    public QueuePlace Others { get; init; }
}

/// <summary>A place in a line of needs: after the need that has waited since a day.</summary>
public readonly record struct QueuePlace(DateOnly QueuedOn, Guid NeedId);

/// <summary>
/// Something changed about these people that a live referral or a past release rests on: consent, identity, standing.
/// What was given and offered is looked at again. Sent in the transaction of the change.
/// </summary>
public sealed record PeopleChanged
{
    /// <summary>Keys of people; any key of a person stands for the whole of them.</summary>
    public required IReadOnlyList<Guid> PersonKeys { get; init; }
}

/// <summary>
/// Aid of these people came, changed or was taken back: whether it is one payment told twice, twice for the same, or more
/// than it costs is judged again. Sent in the transaction of the change.
/// </summary>
public sealed record AidChanged
{
    /// <summary>Keys of people; any key of a person stands for the whole of them.</summary>
    public required IReadOnlyList<Guid> PersonKeys { get; init; }

    /// <summary>Ids of charity aid whose person is found by its referral.</summary>
    public IReadOnlyList<string> AidIds { get; init; } = [];
}

/// <summary>Tell civil affairs again what the hub's book says of these aids: a comparison found that its own says otherwise.</summary>
public sealed record AidResent
{
    public required IReadOnlyList<string> AidIds { get; init; }
}

/// <summary>Read a partner's book from its beginning with the next sync: something of it did not arrive.</summary>
public sealed record BookReread
{
    public required string Source { get; init; }
}

/// <summary>Facts that others may want to know, in one envelope per transaction: references and codes, never identity.</summary>
public sealed record EventsRecorded
{
    public required IReadOnlyList<HubEvent> Events { get; init; }
}

/// <summary>One event of domain.md §2.7, before it is addressed to anyone.</summary>
public sealed record HubEvent
{
    public required Guid EventId { get; init; }

    /// <summary>The short name, such as <c>referral.offered</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The thing the event is about: a referral id, an aid id, a file name. Never a person key.</summary>
    public required string Subject { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>The organisation (USCC) it is meant for, or null for those who may see all.</summary>
    public string? Recipient { get; init; }

    /// <summary>The <c>data</c> member as JSON text; its schema is <c>contracts/events/{type}.schema.json</c>.</summary>
    public required string Data { get; init; }
}
