namespace Mocks.ProvincialPlatform.Rows;

/// <summary>RD: the recognitions of households that are reported.</summary>
internal sealed class RecognitionRows(County county, Dirt dirt) : IRows
{
    private static readonly string[] EndReasons = ["收入增加", "户籍迁出", "本人申请退出"];

    private readonly SeenRows _seen = new();

    public RowType Type => RowType.Recognitions;

    public County County => county;

    public int Slots => county.Recognitions.Count;

    public bool IsPresent(int slot) => county.IsReported(county.Recognitions[slot].Household);

    public ref ulong Seen(int slot) => ref _seen[slot];

    public bool Write(int slot, RowBuffer row)
    {
        var recognition = county.Recognitions[slot];
        var household = county.Households[recognition.Household];
        var flaw = dirt.OfRecognition(county, slot, recognition.Version);
        row.Append("RD").Append(county.Division).AddNumber(slot + 1, 8);
        HouseholdRows.AddId(row, county, recognition.Household);
        dirt.AddId(row, county, Type, slot, flaw, county.People[household.FirstPerson]);
        if (flaw == Flaw.UnknownCategory)
            row.Add(Dirt.UnknownCategory);
        else
            row.AddNumber(recognition.Category);
        if (flaw == Flaw.ImpossibleDate)
            row.Add(Dirt.ImpossibleDate);
        else
            row.AddDay(recognition.GrantedOn);
        row.AddDay(EndOf(recognition));
        AddOffice(row, recognition, household);
        row.Add(recognition.EndedOn == 0 ? "" : EndReasons[slot % EndReasons.Length]);
        row.Add(SupportMode(recognition));
        if (flaw == Flaw.MissingColumn)
            row.DropLast();
        return flaw != Flaw.None;
    }

    /// <summary>A continuing recognition gets a date of review at its first change, later ones move it on.</summary>
    private int EndOf(in Recognition recognition)
    {
        if (recognition.EndedOn != 0)
            return recognition.EndedOn;
        if (recognition.Version == 0 || recognition.Category == Category.TemporaryAid)
            return 0;
        var newYear = new DateOnly(DateOnly.FromDayNumber(county.BaseDay).Year + 1, 1, 1);
        return newYear.AddMonths(6 * recognition.Version).DayNumber - 1;
    }

    /// <summary>Who is destitute lives in an institution or at home; the household stays where it is.</summary>
    private string SupportMode(in Recognition recognition) =>
        recognition.Category is not (Category.UrbanDestitute or Category.RuralDestitute) ? ""
        : Dice.For(county.Seed, Draw.Recognition, recognition.Household, 1).Chance(0.3) ? "集中供养"
        : "分散供养";

    /// <summary>Temporary aid has no review: a change is a correction of the office.</summary>
    private void AddOffice(RowBuffer row, in Recognition recognition, in Household household)
    {
        row.Append(county.Name);
        if (recognition.Category != Category.TemporaryAid || recognition.Version % 2 == 1)
            row.Add("民政局");
        else
            row.Append(Places.Townships[household.Township].Name).Add(Places.Townships[household.Township].Office);
    }
}
