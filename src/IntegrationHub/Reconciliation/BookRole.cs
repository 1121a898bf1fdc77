namespace IntegrationHub.Reconciliation;

/// <summary>How a partner comes by its book, which decides what a missing line means.</summary>
public enum BookRole
{
    /// <summary>It gives the aid and writes its book first: the hub must come to have every line.</summary>
    Giver,

    /// <summary>It is told of the aid by the hub: it can lack only what the hub has not said.</summary>
    Informed,
}
