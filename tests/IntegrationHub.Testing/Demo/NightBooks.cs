using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>Reads what the command line said about a night into its report.</summary>
internal static class NightBooks
{
    public static NightReport Read(
        int number,
        TimeSpan elapsed,
        IReadOnlyList<JsonElement> syncs,
        JsonElement reconciled,
        JsonElement verified)
    {
        var explained = reconciled.Get("differences").EnumerateArray()
            .Select(difference => difference.Get("explained").GetString())
            .OfType<string>()
            .CountBy(reason => reason)
            .OrderBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => new ExplainedDifference(reason.Key, reason.Value));
        return new NightReport
        {
            Night = number,
            Date = Night.DateOf(number),
            Seconds = Math.Round(elapsed.TotalSeconds, 1),
            Files = [.. syncs.SelectMany(Files)],
            Offers = Count(reconciled, "offers"),
            Accepted = Count(reconciled, "accepted"),
            Declined = Count(reconciled, "declined"),
            Released = Count(reconciled, "released"),
            Refused = Count(reconciled, "refused"),
            AidRecords = Count(reconciled, "aidRecords"),
            Differences = Count(reconciled, "unexplained"),
            Explained = [.. explained],
            Failures = 0,
            Verify = verified.TryGetProperty("verify", out var ok)
                ? ok.GetString() ?? ""
                : verified.Get("error").Get("code").GetString() ?? "",
        };
    }

    private static IEnumerable<FileReport> Files(JsonElement sync) =>
        sync.Get("runs").EnumerateArray()
            .SelectMany(run => run.Get("files").EnumerateArray())
            .Select(file => file.Deserialize<FileReport>(JsonSerializerOptions.Web)
                ?? throw new InvalidOperationException("A run names an empty file."));

    private static long Count(JsonElement reconciled, string name) => reconciled.Get(name).GetInt64();
}
