using Microsoft.Extensions.Options;

namespace Mocks.ProvincialPlatform.Days;

/// <summary>The whole invented province: empty until its first day, then one day after another.</summary>
internal sealed class Province(IOptions<ProvinceOptions> options, ConsentDesk consents)
{
    private readonly ProvinceOptions _options = options.Value;
    private readonly CountyDay _countyDay = new(new Settlers(new ResidentNumbers()), new NeedDesk(consents), consents);
    private readonly SortedSet<(string NeedNo, string Uscc)> _accepted = [];
    private readonly Dictionary<(string, string), int[]> _present = [];

    /// <summary>Whoever reads or changes the province holds this.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The day last written; null before the first.</summary>
    public DateOnly? Today { get; private set; }

    /// <summary>Number of the day, 1 = first; also the number of every file of that day.</summary>
    public int Sequence { get; private set; }

    public IReadOnlyList<County> Counties { get; private set; } = [];

    /// <summary>All rows, county by county, type by type.</summary>
    public IReadOnlyList<IRows> Rows { get; private set; } = [];

    private int Day => Today!.Value.DayNumber;

    public void Advance(DateOnly date)
    {
        Today = date;
        Sequence++;
        if (Sequence == 1)
            Found(date.DayNumber);
        else
            Pass(date.DayNumber);
        _present.Clear();
    }

    public void RememberAcceptance(string needNo, string uscc) => _accepted.Add((needNo, uscc));

    public (County County, Need Need)? FindNeed(string needNo)
    {
        foreach (var county in Counties)
        {
            if (county.FindNeed(needNo) is { } need)
                return (county, need);
        }

        return null;
    }

    /// <summary>Withdraws all active consents of a person, as of the beginning of today; visible at once.</summary>
    public IReadOnlyList<string> Withdraw(County county, int person)
    {
        List<Consent> active = [.. county.Consents.Of(person).Where(consent => consent.IsActive)];
        foreach (var consent in active)
            county.Consents.Append(consent, ConsentEvent.Withdrawn, Day, time: 0, "本人撤回");
        _present.Remove((RowType.Consents.Code, county.Division));
        return [.. active.Select(consent => consent.No)];
    }

    /// <summary>The rows of a type in a county, and the slots that hold one.</summary>
    public (IRows Rows, int[] Slots)? Find(RowType type, string division)
    {
        var rows = Rows.FirstOrDefault(rows => rows.Type == type && rows.County.Division == division);
        if (rows is null)
            return null;
        if (!_present.TryGetValue((type.Code, division), out var slots))
            _present[(type.Code, division)] = slots = [.. Enumerable.Range(0, rows.Slots).Where(rows.IsPresent)];
        return (rows, slots);
    }

    private void Found(int day)
    {
        var counties = Enumerable.Range(0, Places.Counties.Length)
            .Select(index => new County(index, (ulong)_options.Seed, day))
            .ToList();
        var dirt = new Dirt(_options.DirtyRate);
        Counties = counties;
        Rows = [.. counties.SelectMany(county => RowsOf(county, dirt))];
        foreach (var county in counties)
        {
            var share = (_options.Persons + county.Index) / counties.Count;
            _countyDay.Found(county, share, day);
        }
    }

    private void Pass(int day)
    {
        foreach (var county in Counties)
            _countyDay.Pass(county, day, _accepted);
        _accepted.Clear();
    }

    private IRows[] RowsOf(County county, Dirt dirt) =>
    [
        new HouseholdRows(county, dirt),
        new MemberRows(county, dirt),
        new RecognitionRows(county, dirt),
        new PaymentRows(county, dirt),
        new NeedRows(county, () => Day),
        new ConsentRows(county),
    ];
}
