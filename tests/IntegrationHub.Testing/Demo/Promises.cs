namespace IntegrationHub.Testing.Demo;

/// <summary>What every night must show; each broken promise is one sentence.</summary>
internal static class Promises
{
    /// <summary>A night after the first reads at most this share of its rows.</summary>
    private const double MostParsed = 0.03;

    /// <summary>From this size on a later night has needs of every kind; a small province may have a quiet one.</summary>
    private const int EveryNightHasNeeds = 20_000;

    public static IReadOnlyList<string> Broken(IReadOnlyList<NightReport> nights, int persons) =>
    [
        .. nights.SelectMany(night => BrokenBy(night).Select(broken => $"night {night.Night}: {broken}")),
        .. nights.Where(night => night.Night == 1 || persons >= EveryNightHasNeeds)
            .SelectMany(night => Missing(night).Select(name => $"night {night.Night}: no {name}")),
    ];

    private static IEnumerable<string> BrokenBy(NightReport night)
    {
        if (night.Files.Count == 0)
            yield return "no file was taken";
        foreach (var file in night.Files.Where(file => !file.AddsUp()))
            yield return $"{file.Name}: {file.Rows} rows, but {file.Unchanged} unchanged + {file.Applied} applied + "
                + $"{file.Quarantined} quarantined + {file.Held} held";
        if (night.Night > 1 && ShareParsed(night) > MostParsed)
            yield return $"{ShareParsed(night):P1} of the rows were parsed, more than {MostParsed:P0}";
        if (night.Differences > 0)
            yield return $"{night.Differences} differences without a reason";
        if (night.Failures > 0)
            yield return $"{night.Failures} messages stand in Failures";
        if (night.Verify != "ok")
            yield return $"hub verify says {night.Verify}";
    }

    private static IEnumerable<string> Missing(NightReport night) =>
        new[]
        {
            (Name: "offers", Count: night.Offers),
            (Name: "accepted offers", Count: night.Accepted),
            (Name: "released referrals", Count: night.Released),
            (Name: "refused claims", Count: night.Refused),
            (Name: "aid records", Count: night.AidRecords),
        }
        .Where(step => step.Count == 0)
        .Select(step => step.Name);

    private static double ShareParsed(NightReport night) =>
        (double)night.Files.Sum(file => file.Parsed) / Math.Max(1, night.Files.Sum(file => file.Rows));
}
