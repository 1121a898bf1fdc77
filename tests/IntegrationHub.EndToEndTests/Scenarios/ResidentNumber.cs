using System.Globalization;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>Made-up id numbers of the unallocated area 410499 (GB 11643-1999), counted apart from the hub's own code.</summary>
internal static class ResidentNumber
{
    private static readonly int[] s_weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public static string Of(DateOnly born, int serial)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"410499{born:yyyyMMdd}{serial:000}");
        return digits + "10X98765432"[s_weights.Zip(digits, (weight, digit) => weight * (digit - '0')).Sum() % 11];
    }
}
