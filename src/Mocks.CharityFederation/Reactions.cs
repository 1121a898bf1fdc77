using System.Threading.Channels;

namespace Mocks.CharityFederation;

/// <summary>
/// Every reaction there is, exactly one per organisation, referral and attempt: queued, running, held, resting, ended.
/// </summary>
internal sealed class Reactions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Uscc, string ReferralId, int Attempt), Reaction> _known = [];
    private readonly Channel<Reaction> _queue = Channel.CreateUnbounded<Reaction>();
    private readonly List<Reaction> _held = [];
    private bool _holdsClaims;
    private int _pending;

    /// <summary>Whether a claim that was refused for want of a named consent is tried again the next day.</summary>
    public bool Reclaims { get; set; }

    /// <summary>Nothing is queued or running. Reactions held before their claim do not count.</summary>
    public bool IsIdle
    {
        get { lock (_gate) return _pending == 0; }
    }

    public int Held
    {
        get { lock (_gate) return _held.Count; }
    }

    public bool HoldsClaims
    {
        get { lock (_gate) return _holdsClaims; }
    }

    /// <summary>Takes an offer up unless it is already dealt with; says whether it did.</summary>
    public bool Take(Offer offer, long? sequence)
    {
        var key = (offer.Uscc, offer.ReferralId, offer.Attempt);
        lock (_gate)
        {
            if (!_known.TryGetValue(key, out var reaction))
                _known[key] = reaction = new Reaction(offer, sequence);
            else if (!reaction.Rests)
                return false;

            Queue(reaction);
            return true;
        }
    }

    /// <summary>The organisation's newest dealing with a referral, or null.</summary>
    public Reaction? Find(string uscc, string referralId)
    {
        lock (_gate)
        {
            return _known.Values
                .Where(one => one.Offer.Uscc == uscc && one.Offer.ReferralId == referralId)
                .MaxBy(one => one.Offer.Attempt);
        }
    }

    /// <summary>
    /// On another day, organisations that were refused for want of a consent that names them ask again, where the mode
    /// says so.
    /// </summary>
    public void AskAgain(DateOnly today)
    {
        lock (_gate)
        {
            if (!Reclaims)
                return;
            foreach (var reaction in _known.Values.Where(one => one.UnnamedOn < today))
            {
                reaction.UnnamedOn = null;
                Queue(reaction);
            }
        }
    }

    public IAsyncEnumerable<Reaction> Work(CancellationToken cancellationToken) =>
        _queue.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Puts a reaction away after the step that stopped it.</summary>
    public void Settle(Reaction reaction, Step last)
    {
        lock (_gate)
        {
            _pending--;
            reaction.Rests = last == Step.Fail;
            if (last != Step.Hold)
                return;
            if (_holdsClaims)
                _held.Add(reaction);
            else
                Queue(reaction); // the hold was lifted in between
        }
    }

    public void HoldClaims(bool hold)
    {
        lock (_gate)
        {
            _holdsClaims = hold;
            if (hold)
                return;
            _held.ForEach(Queue);
            _held.Clear();
        }
    }

    private void Queue(Reaction reaction)
    {
        reaction.Rests = false;
        _pending++;
        _queue.Writer.TryWrite(reaction); // an unbounded queue always takes it
    }
}
