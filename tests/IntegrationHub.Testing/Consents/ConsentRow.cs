namespace IntegrationHub.Testing.Consents;

/// <summary>
/// A line of the table: what one paper said. Sets are bits, days are numbers; nothing here is the hub's, so that a mistake
/// of the hub cannot hide in both.
/// </summary>
internal sealed record ConsentRow
{
    public required string Consent { get; init; }
    public required int Sequence { get; init; }

    /// <summary>G given, N narrowed, R renewed, W withdrawn.</summary>
    public required char Kind { get; init; }
    public int Evidence { get; init; }
    public int Purposes { get; init; }
    public int Items { get; init; }
    public int Organisations { get; init; }
    public bool WholeClass { get; init; }

    /// <summary>1 offer, 2 detail.</summary>
    public int Actions { get; init; }
    public bool Sensitive { get; init; }
    public bool Provide { get; init; }

    /// <summary>The first and the last day it is valid on.</summary>
    public int From { get; init; }
    public int To { get; init; }
}
