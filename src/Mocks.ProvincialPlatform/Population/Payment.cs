namespace Mocks.ProvincialPlatform.Population;

/// <summary>One payment to the head of a household; <see cref="Version"/> moves its state on.</summary>
internal struct Payment
{
    public int Household;
    public int PaidOn;
    public short Category;
    public byte Version;
}
