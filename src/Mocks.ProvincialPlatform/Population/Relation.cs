namespace Mocks.ProvincialPlatform.Population;

/// <summary>Relation to the head of household, GB/T 4761 two digits, as far as this province uses them.</summary>
internal static class Relation
{
    public const byte Head = 2;
    public const byte Husband = 11;
    public const byte Wife = 12;
    public const byte Son = 20;
    public const byte Daughter = 30;
    public const byte Father = 51;
    public const byte Mother = 52;

    /// <summary>Whether a person with this relation carries the surname of the head.</summary>
    public static bool SharesSurname(byte relation) => relation is Head or Son or Daughter or Father;
}
