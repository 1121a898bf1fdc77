namespace Mocks.ProvincialPlatform.Needs;

/// <summary>A need (XQ); its words follow from the seed and its number, its amount also from its version.</summary>
internal sealed class Need
{
    /// <summary>Days a closed need is still reported.</summary>
    public const int DaysShownAfterClosing = 30;

    public required string No { get; init; }
    public required int Person { get; init; }
    public required NeedKind Kind { get; init; }
    public required int OpenedOn { get; init; }
    public int ChangedOn { get; set; }

    /// <summary>0 = open.</summary>
    public int ClosedOn { get; set; }
    public int Version { get; set; }

    /// <summary>Fingerprint of the row as last written.</summary>
    public ulong Seen;

    public bool IsOpen => ClosedOn == 0;

    public bool IsReportedOn(int day) => IsOpen || day - ClosedOn <= DaysShownAfterClosing;
}
