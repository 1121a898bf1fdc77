using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Pipeline;

/// <summary>
/// What the audit entry of a claim says was handed out (<see cref="ClaimRelease"/>): one entry for the release, and one
/// for each time the same bytes went again.
/// </summary>
internal sealed record ReleaseNote
{
    /// <summary>The action of these entries.</summary>
    public const string Action = "claim.released";

    /// <summary>The member of their detail that holds the release id.</summary>
    public const string Reference = "releaseId";

    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    public required int Attempt { get; init; }
    public required IReadOnlyList<string> Items { get; init; }
    public required ConsentNote Consent { get; init; }
    public required string Digest { get; init; }
    public required int Sends { get; init; }

    internal sealed record ConsentNote(string Id, int Seq);

    /// <summary>Why the entries are not the ones this release must have, or null if they are.</summary>
    public static string? ObjectionTo(ReleaseRow release, IReadOnlyList<TrailEntry> entries)
    {
        var notes = entries.Select(entry => (Entry: entry, Note: Parse(entry.Detail))).ToList();
        if (!notes.Select(one => one.Note?.Sends ?? 0).SequenceEqual(Enumerable.Range(1, release.Sends)))
            return $"it was sent {release.Sends} times and has {entries.Count} audit entries";
        var otherwise = notes.Where(one => one.Note?.Tells(release) != true || !NamesTheSame(one.Entry, release)).ToList();
        return otherwise.Count > 0 ? $"audit entry {otherwise[0].Entry.Sequence} tells it otherwise" : null;
    }

    private bool Tells(ReleaseRow release) =>
        (Attempt, Consent.Id, Consent.Seq) == (release.Attempt, release.ConsentId, release.ConsentSequence)
        && Digest == Convert.ToHexStringLower(release.Digest)
        && Items.SequenceEqual(release.Items, StringComparer.Ordinal);

    private static bool NamesTheSame(TrailEntry entry, ReleaseRow release) =>
        entry.Subject == release.ReferralId.ToString() && entry.Actor == $"charity:{release.Uscc}";

    private static ReleaseNote? Parse(string detail)
    {
        try
        {
            return JsonSerializer.Deserialize<ReleaseNote>(detail, Reading);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
