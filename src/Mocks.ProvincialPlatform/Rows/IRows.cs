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
