namespace Mocks.ProvincialPlatform.Population;

/// <summary>A household; everything else about it follows from the county's seed, its index and its version.</summary>
internal struct Household
{
    public int FirstPerson;
    public int FirstRecognition;
    public int Started;
    public int ChangedOn;
    public short Category;
    public byte Size;
    public byte Township;
    public byte Version;
    public HouseholdState State;
    public bool HasNeed;
}
