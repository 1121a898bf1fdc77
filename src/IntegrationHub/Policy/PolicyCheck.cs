using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Policy;

/// <summary>
/// Finds what is wrong with packs before anything is decided by them: names that do not exist, values out of order, and
/// versions that overlap or leave days without rules. Every finding says where. Pure but for the code lists.
/// </summary>
public sealed class PolicyCheck(string contractsFolder)
{
    public const string Overlap = "policy.overlap";
    public const string Gap = "policy.gap";
    public const string UnknownName = "policy.unknown_name";
    public const string Duplicate = "policy.duplicate";
    public const string Value = "policy.value";
    public const string Incomplete = "policy.incomplete";
    public const string Unreadable = "policy.unreadable";

    private readonly PolicyNames _names = new(contractsFolder);

    /// <summary>Everything wrong with these packs, alone and together.</summary>
    public IReadOnlyList<PolicyFinding> Of(IReadOnlyList<(string File, byte[] Body)> packs)
    {
        var findings = new List<PolicyFinding>();
        var read = new List<(string File, PolicyPack Pack, JsonPlaces Places)>();
        foreach (var (file, body) in packs)
        {
            if (Read(file, body, findings) is { } pack)
                read.Add((file, pack.Pack, pack.Places));
        }

        Together(read, findings);
        return findings;
    }

    /// <summary>A pack by itself; null where it cannot be read at all.</summary>
    private (PolicyPack Pack, JsonPlaces Places)? Read(string file, byte[] body, List<PolicyFinding> findings)
    {
        var text = PolicyFile.WithoutMark(body).ToArray();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException failure)
        {
            findings.Add(new PolicyFinding(file, failure.Path ?? "", (failure.LineNumber ?? 0) + 1, Unreadable, failure.Message));
            return null;
        }

        using (document)
        {
            var places = new JsonPlaces(text);
            var sheet = new PackSheet(file, places, _names, findings);
            sheet.Check(document.RootElement);
            try
            {
                return (PolicyFile.Parse(text, file), places);
            }
            catch (Contracts.HubProblemException) when (findings.Any(finding => finding.File == file))
            {
                return null; // what cannot be read is told by place already
            }
            catch (Contracts.HubProblemException failure)
            {
                var place = failure.InnerException as JsonException;
                var path = place?.Path?.TrimStart('$').TrimStart('.') ?? "";
                findings.Add(new PolicyFinding(file, path, (place?.LineNumber ?? 0) + 1, Unreadable, failure.InnerException?.Message ?? failure.Message));
                return null;
            }
        }
    }

    // Versions follow each other without a day between them and without a day twice.
    private static void Together(List<(string File, PolicyPack Pack, JsonPlaces Places)> packs, List<PolicyFinding> findings)
    {
        foreach (var same in packs.GroupBy(one => one.Pack.Version).Where(same => same.Count() > 1))
            Add(same.Last(), "version", Duplicate, $"version {same.Key} is also in {same.First().File}");
        var inOrder = packs.OrderBy(one => one.Pack.EffectiveFrom).ToList();
        foreach (var (before, after) in inOrder.Zip(inOrder.Skip(1)))
        {
            if (before.Pack.EffectiveFrom == after.Pack.EffectiveFrom)
                Add(after, "effectiveFrom", Overlap, $"{before.Pack.Version} in {before.File} begins on the same day");
            else if (before.Pack.EffectiveTo >= after.Pack.EffectiveFrom)
                Add(after, "effectiveFrom", Overlap, $"{before.Pack.Version} in {before.File} is in force until {Day(before.Pack.EffectiveTo)}");
            else if (before.Pack.EffectiveTo is { } end && end.AddDays(1) < after.Pack.EffectiveFrom)
                Add(after, "effectiveFrom", Gap, $"no version is in force between {Day(end)} and {Day(after.Pack.EffectiveFrom)}");
        }

        void Add((string File, PolicyPack Pack, JsonPlaces Places) one, string path, string code, string text) =>
            findings.Add(new PolicyFinding(one.File, path, one.Places.LineOf(path), code, text));
    }

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";
}
