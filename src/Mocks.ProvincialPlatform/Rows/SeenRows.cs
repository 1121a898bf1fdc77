namespace Mocks.ProvincialPlatform.Rows;

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
