namespace IntegrationHub.Policy;

/// <summary>School years begin on 1 September; a child has one stage in each (R41).</summary>
public static class SchoolYear
{
    private const int FirstMonth = 9;

    /// <summary>The year the school year of this day began in.</summary>
    public static int Of(DateOnly day) => day.Month >= FirstMonth ? day.Year : day.Year - 1;

    /// <summary>True if two stages on two days contradict each other: another stage within one school year.</summary>
    public static bool Contradicts((DateOnly Day, string Stage) one, (DateOnly Day, string Stage) other) =>
        one.Stage != other.Stage && Of(one.Day) == Of(other.Day);
}
