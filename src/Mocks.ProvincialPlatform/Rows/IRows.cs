namespace Mocks.ProvincialPlatform.Rows;

/// <summary>The rows of one type in one county, in a stable order. A slot may be empty (the row is gone).</summary>
internal interface IRows
{
    RowType Type { get; }

    County County { get; }

    int Slots { get; }

    bool IsPresent(int slot);

    /// <summary>Writes the row; true when it is meant to be unreadable.</summary>
    bool Write(int slot, RowBuffer row);

    /// <summary>The fingerprint of the row in this slot as last written; 0 = was not there.</summary>
    ref ulong Seen(int slot);

    /// <summary>Rows whose slots were removed since the last call.</summary>
    int TakeDropped() => 0;
}

/// <summary>Fingerprints by slot, growing with the table.</summary>
internal sealed class SeenRows
{
    private ulong[] _seen = new ulong[1_024];

    public ref ulong this[int slot]
    {
        get
        {
            if (slot >= _seen.Length)
                Array.Resize(ref _seen, Math.Max(slot + 1, _seen.Length * 2));
            return ref _seen[slot];
        }
    }
}
