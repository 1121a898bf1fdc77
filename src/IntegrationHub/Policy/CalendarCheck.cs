using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Policy;

/// <summary>Finds what is wrong with working-day calendars: a wrong one would let offers lapse on a wrong day (R24).</summary>
public static class CalendarCheck
{
    private static readonly string[] s_lists = ["holidays", "workdays"];

    public const string Code = "policy.calendar";

    public static IReadOnlyList<PolicyFinding> Of(string file, byte[] body)
    {
        var findings = new List<PolicyFinding>();
        try
        {
            using var document = JsonDocument.Parse(PolicyFile.WithoutMark(body).ToArray());
            Check(document.RootElement, file, new JsonPlaces(PolicyFile.WithoutMark(body)), findings);
        }
        catch (JsonException failure)
        {
            findings.Add(new PolicyFinding(file, failure.Path ?? "", (failure.LineNumber ?? 0) + 1, PolicyCheck.Unreadable, failure.Message));
        }

        return findings;
    }

    private static void Check(JsonElement calendar, string file, JsonPlaces places, List<PolicyFinding> findings)
    {
        var year = calendar.TryGetProperty("year", out var told) && told.TryGetInt32(out var number) ? number : 0;
        if (file != $"working-days-{year}.json")
            Add("year", $"the file is named {file} and speaks of {year}");
        var seen = new HashSet<DateOnly>();
        foreach (var list in s_lists)
        {
            if (!calendar.TryGetProperty(list, out var days) || days.ValueKind != JsonValueKind.Array)
            {
                Add(list, $"{list} is missing");
                continue;
            }

            for (var i = 0; i < days.GetArrayLength(); i++)
            {
                var path = $"{list}[{i}]";
                if (!DateOnly.TryParseExact(days[i].ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                    Add(path, "a day is written 2026-01-31");
                else if (day.Year != year)
                    Add(path, $"{day:yyyy-MM-dd} is not in {year}");
                else if (!seen.Add(day))
                    Add(path, $"{day:yyyy-MM-dd} is named twice");
                else if (list == "workdays" && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                    Add(path, $"{day:yyyy-MM-dd} is no weekend, so it needs no make-up");
            }
        }

        void Add(string path, string text) => findings.Add(new PolicyFinding(file, path, places.LineOf(path), Code, text));
    }
}
