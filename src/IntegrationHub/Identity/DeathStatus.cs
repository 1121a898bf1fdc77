namespace IntegrationHub.Identity;

/// <summary>What is known of a person's death (P15).</summary>
public static class DeathStatus
{
    public const string None = "NONE";

    /// <summary>Somebody said so and nobody has looked: nothing new leaves meanwhile.</summary>
    public const string Suspected = "SUSPECTED";

    public const string Confirmed = "CONFIRMED";
}
