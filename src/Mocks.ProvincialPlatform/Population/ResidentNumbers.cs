namespace Mocks.ProvincialPlatform.Population;

/// <summary>Hands out serials so that no two persons share birth date and serial; odd is male.</summary>
internal sealed class ResidentNumbers
{
    private const int SerialsPerDay = 495;
    private static readonly int FirstDay = new DateOnly(1900, 1, 1).DayNumber;
    private readonly ushort[] _given = new ushort[120_000];

    /// <summary>A free serial for this birth date; a date that is full moves on to the next one.</summary>
    public (int BirthDay, int Serial) Next(int birthDay, bool male)
    {
        while (true)
        {
            ref var given = ref _given[((birthDay - FirstDay) * 2) + (male ? 1 : 0)];
            if (given == SerialsPerDay)
            {
                birthDay++;
                continue;
            }

            // 211 has no factor in common with 495: every serial comes once, in an order that looks random.
            var serial = (((given++ * 211) + (birthDay % SerialsPerDay)) % SerialsPerDay * 2) + (male ? 1 : 2);

            // x00 with check character 0 would look like a number mangled by a spreadsheet (tail 000).
            if (serial % 100 != 0)
                return (birthDay, serial);
        }
    }
}
