namespace IntegrationHub.Subscriptions;

/// <summary>What a new subscription is to be.</summary>
public sealed record SubscriptionWish
{
    public required string Channel { get; init; }

    /// <summary>Where its webhook listens; for the other channels none.</summary>
    public string? Url { get; init; }
    public string Name { get; init; } = "";
    public SubscriptionFilter Filter { get; init; } = SubscriptionFilter.All;

    /// <summary>Deliveries that may be under way at once. One keeps their order; with more they may arrive in another.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>True: urgent offers are sent before everything else that waits. Their numbers stay what they are.</summary>
    public bool UrgentFirst { get; init; }

    public static SubscriptionWish Webhook(string url) => new() { Channel = SubscriptionChannel.Webhook, Url = url };

    /// <summary>The members that say something impossible.</summary>
    public IEnumerable<string> Faults()
    {
        if (!SubscriptionChannel.All.Contains(Channel))
            yield return "channel";
        if (Channel == SubscriptionChannel.Webhook != Url is not null || Url?.Length > 2_000)
            yield return "url";
        if (Name.Length > 100)
            yield return "name";
        if (Concurrency is < 1 or > 16)
            yield return "concurrency";
        foreach (var fault in Filter.Faults())
            yield return fault;
    }
}

/// <summary>What is to be different about a subscription; what is null stays.</summary>
public sealed record SubscriptionChange
{
    public string? Url { get; init; }
    public string? Name { get; init; }
    public SubscriptionFilter? Filter { get; init; }
    public int? Concurrency { get; init; }
    public bool? UrgentFirst { get; init; }
}

/// <summary>Who acts: an organisation, on its own subscriptions only, or the operator.</summary>
public sealed record SubscriptionActor(string? Uscc, string Name)
{
    public static SubscriptionActor Operator { get; } = new(null, "operator");

    public static SubscriptionActor Of(string uscc) => new(uscc, uscc);
}
