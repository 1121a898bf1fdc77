using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Policy;

namespace IntegrationHub.Referrals;

/// <summary>
/// The working days of the years whose calendar is in <c>contracts/policy/working-days-YEAR.json</c>, with make-up days
/// (R24). A year without a calendar is counted Monday to Friday, and no offer lapses by such a count.
/// </summary>
public sealed class WorkingDays(IEnumerable<WorkingYear> years)
{
    private readonly Dictionary<int, WorkingYear> _years = years.ToDictionary(year => year.Year);

    public static WorkingDays Load(string contractsFolder)
    {
        try
        {
            var folder = Path.Combine(contractsFolder, "policy");
            return new WorkingDays(Directory.EnumerateFiles(folder, "working-days-*.json").Select(ReadYear));
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new HubProblemException(
                "contracts.missing", $"The working-day calendars could not be read: {failure.Message}",
                "Point Hub:Contracts:Folder to the contracts directory.", failure);
        }
    }

    /// <summary>True if the year's calendar is known, so that its count is right and not a guess.</summary>
    public bool Knows(int year) => _years.ContainsKey(year);

    /// <summary>
    /// The instant at which the given number of working days after this instant's day have passed: midnight in China.
    /// </summary>
    public DateTimeOffset EndOf(DateTimeOffset start, int workingDays)
    {
        var day = HubCalendar.DayOf(start);
        for (var left = workingDays; left > 0;)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day))
                left--;
        }

        return HubCalendar.InstantOf(day.AddDays(1).ToDateTime(TimeOnly.MinValue));
    }

    /// <summary>True if the last day to answer is over and its calendar is known.</summary>
    public bool HasPassed(DateTimeOffset end, DateTimeOffset now) => now >= end && Knows(LastDayBefore(end).Year);

    /// <summary>True if the last day to answer seems over, but nobody knows for lack of the year's calendar.</summary>
    public bool IsInDoubt(DateTimeOffset end, DateTimeOffset now) => now >= end && !Knows(LastDayBefore(end).Year);

    public bool IsWorkingDay(DateOnly day)
    {
        if (_years.TryGetValue(day.Year, out var year))
        {
            if (year.Workdays.Contains(day))
                return true;
            if (year.Holidays.Contains(day))
                return false;
        }

        return day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
    }

    private static DateOnly LastDayBefore(DateTimeOffset end) => HubCalendar.DayOf(end.AddTicks(-1));

    private static WorkingYear ReadYear(string file) =>
        JsonSerializer.Deserialize<WorkingYear>(File.ReadAllBytes(file), JsonSerializerOptions.Web)
        ?? throw new JsonException($"{Path.GetFileName(file)} is empty.");
}

/// <summary>One year's exceptions from Monday to Friday.</summary>
public sealed record WorkingYear
{
    public required int Year { get; init; }
    public required HashSet<DateOnly> Holidays { get; init; }

    /// <summary>Weekend days that are worked (调休).</summary>
    public required HashSet<DateOnly> Workdays { get; init; }
}
