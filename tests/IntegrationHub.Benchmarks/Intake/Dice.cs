namespace IntegrationHub.Benchmarks.Intake;

/// <summary>Chance without state (SplitMix64): any row can be asked about, and always says the same.</summary>
internal static class Dice
{
    public static ulong Roll(ulong seed, int index)
    {
        var mixed = (seed + (ulong)index + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
