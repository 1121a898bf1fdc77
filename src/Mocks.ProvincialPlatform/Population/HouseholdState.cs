namespace Mocks.ProvincialPlatform.Population;

/// <summary>Whether a household is still reported.</summary>
internal enum HouseholdState : byte
{
    Active,

    /// <summary>Reported once more with operation 注销, gone the next day.</summary>
    Closing,
    Gone,
}
