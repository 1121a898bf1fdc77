namespace Mocks.CharityFederation;

/// <summary>
/// Keeps what claims brought, in memory only, until a withdrawal or recall; shows nothing but how many.
/// </summary>
internal sealed class Identities
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Uscc, string ReferralId), IReadOnlyDictionary<string, string>> _held = [];
    private readonly Dictionary<(string Uscc, string ReferralId), long> _droppedAt = [];
    private long _dropped;

    public (int Held, long Dropped) Counts
    {
        get { lock (_gate) return (_held.Count, _dropped); }
    }

    /// <summary>Keeps the items, unless a withdrawal later than the offer overtook the claim's answer.</summary>
    public void Keep(Offer offer, long? offeredAt, IReadOnlyDictionary<string, string> items)
    {
        var key = (offer.Uscc, offer.ReferralId);
        lock (_gate)
        {
            if (_droppedAt.TryGetValue(key, out var droppedAt) && (offeredAt ?? 0) < droppedAt)
                _dropped++;
            else
                _held[key] = items;
        }
    }

    public void Drop(string uscc, string referralId, long? sequence)
    {
        lock (_gate)
        {
            var known = _droppedAt.GetValueOrDefault((uscc, referralId));
            _droppedAt[(uscc, referralId)] = Math.Max(known, sequence ?? long.MaxValue);
            if (_held.Remove((uscc, referralId)))
                _dropped++;
        }
    }
}
