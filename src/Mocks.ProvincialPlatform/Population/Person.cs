namespace Mocks.ProvincialPlatform.Population;

/// <summary>A member of a household; name and health follow from the seed, its index and its version.</summary>
internal struct Person
{
    public int Household;
    public int BirthDay;
    public ushort Serial;
    public byte Relation;
    public byte Version;
    public bool HasNeed;

    public readonly bool IsMale => Serial % 2 == 1;

    public readonly void WriteNumber(Span<char> into) => ResidentNumber.Write(into, BirthDay, Serial);

    /// <summary>Full years lived on a day.</summary>
    public readonly int AgeOn(int day)
    {
        var (birth, on) = (DateOnly.FromDayNumber(BirthDay), DateOnly.FromDayNumber(day));
        var beforeBirthday = (on.Month, on.Day).CompareTo((birth.Month, birth.Day)) < 0;
        return on.Year - birth.Year - (beforeBirthday ? 1 : 0);
    }
}
