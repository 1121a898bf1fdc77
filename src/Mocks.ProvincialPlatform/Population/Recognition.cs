namespace Mocks.ProvincialPlatform.Population;

/// <summary>A recognition (认定) of a household; <see cref="EndedOn"/> 0 = not ended.</summary>
internal struct Recognition
{
    public int Household;
    public int GrantedOn;
    public int EndedOn;
    public short Category;
    public byte Version;
}
