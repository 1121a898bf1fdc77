using System.Runtime.InteropServices;

namespace Mocks.ProvincialPlatform.Population;

/// <summary>One county: compact tables that only grow, in the order in which their rows are written.</summary>
internal sealed class County(int index, ulong provinceSeed, int baseDay)
{
    public int Index { get; } = index;
    public string Division { get; } = Places.Counties[index].Division;
    public string Name { get; } = Places.Counties[index].Name;
    public ulong Seed { get; } = Dice.SeedOf(provinceSeed, Draw.County, index);

    /// <summary>Day one: ages are judged on it, so that no row changes merely because time passes.</summary>
    public int BaseDay { get; } = baseDay;

    public List<Household> Households { get; } = [];
    public List<Person> People { get; } = [];
    public List<Recognition> Recognitions { get; } = [];
    public List<PaymentMonth> Payments { get; } = [];
    public List<Need> Needs { get; } = [];
    public ConsentLog Consents { get; } = new();

    /// <summary>The first month ever paid in a file.</summary>
    public int FirstMonth => PaymentMonth.MonthOf(BaseDay) - PaymentMonth.Shown;

    /// <summary>Payment rows that left the window and have not been counted as gone yet.</summary>
    public int PaymentsDropped { get; set; }

    public ref Household HouseholdAt(int household) => ref CollectionsMarshal.AsSpan(Households)[household];

    public ref Person PersonAt(int person) => ref CollectionsMarshal.AsSpan(People)[person];

    public ref Recognition RecognitionAt(int recognition) => ref CollectionsMarshal.AsSpan(Recognitions)[recognition];

    public bool IsReported(int household) => Households[household].State != HouseholdState.Gone;

    /// <summary>The number of a need ends with its position.</summary>
    public Need? FindNeed(string needNo)
    {
        if (needNo.Length < 7 || !int.TryParse(needNo.AsSpan(needNo.Length - 7), out var nth))
            return null;
        var need = nth > 0 && nth <= Needs.Count ? Needs[nth - 1] : null;
        return need?.No == needNo ? need : null;
    }

    public string TownshipDivision(int household) => Division + Places.Townships[Households[household].Township].Code;
}
