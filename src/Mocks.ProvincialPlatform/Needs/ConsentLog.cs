namespace Mocks.ProvincialPlatform.Needs;

/// <summary>All consents of a county; nothing is ever removed.</summary>
internal sealed class ConsentLog
{
    public const string OfferItems = "category|need_detail";
    public const string AllItems =
        "name|id_no|phone|address|birth|sex|household|category|need_detail|cost|diagnosis|disability|bank|school";

    private readonly List<Consent> _consents = [];
    private readonly Dictionary<int, List<Consent>> _byPerson = [];
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);
    private ConsentEvent[]? _inOrder;
    private int _serial;

    public IReadOnlyList<Consent> All => _consents;

    /// <summary>Events ordered by consent number and sequence.</summary>
    public ConsentEvent[] InOrder => _inOrder ??= Order();

    public IReadOnlyList<Consent> Of(int person) => _byPerson.TryGetValue(person, out var found) ? found : [];

    public int NextSerial() => ++_serial;

    public bool Has(string number) => _numbers.Contains(number);

    public void Give(Consent consent, int day, int time, int validTo)
    {
        _consents.Add(consent);
        _numbers.Add(consent.No);
        if (!_byPerson.TryGetValue(consent.Person, out var ofPerson))
            _byPerson[consent.Person] = ofPerson = [];
        ofPerson.Add(consent);
        consent.Events.Add(new ConsentEvent
        {
            Consent = consent,
            Sequence = 1,
            Kind = ConsentEvent.Given,
            Day = day,
            Time = time,
            Items = consent.IsNamed ? AllItems : OfferItems,
            ValidFrom = day,
            ValidTo = validTo,
        });
        _inOrder = null;
    }

    public void Append(Consent consent, string kind, int day, int time, string reason)
    {
        var last = consent.Events[^1];
        consent.Events.Add(new ConsentEvent
        {
            Consent = consent,
            Sequence = last.Sequence + 1,
            Kind = kind,
            Day = day,
            Time = time,
            Items = kind == ConsentEvent.Narrowed ? last.Items[..last.Items.LastIndexOf('|')] : last.Items,
            ValidFrom = last.ValidFrom,
            ValidTo = kind == ConsentEvent.Renewed ? last.ValidTo + 90 : last.ValidTo,
            Reason = reason,
        });
        _inOrder = null;
    }

    private ConsentEvent[] Order()
    {
        // The sort is stable, and events of one consent are already in sequence.
        return [.. _consents.OrderBy(c => c.No, StringComparer.Ordinal).SelectMany(c => c.Events)];
    }
}
