using System.Security.Cryptography;
using System.Text.Json;

namespace IntegrationHub.Briefing;

/// <summary>One need as it is counted: codes only, nobody's key or place below the county.</summary>
/// <param name="County">First six digits of its division.</param>
/// <param name="Category">The low-income category of its person, LI0 for none.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Organisation">The organisation that has it or had it last; empty for none.</param>
/// <param name="Channel">How it was found (R14).</param>
/// <param name="Outcome">A <see cref="BriefingOutcome"/>.</param>
/// <param name="Amount">CNY that charities gave for it, their own money only.</param>
/// <param name="IsTagged">True if any of that aid belongs to the drive the briefing is about (R34).</param>
public sealed record CountedNeed(
    string County, string Category, string Kind, string Organisation, string Channel, string Outcome, decimal Amount, bool IsTagged = false);

/// <summary>What became of a need, each need one: the parts add up, so that no difference of two columns is a third.</summary>
public static class BriefingOutcome
{
    public const string Waiting = "waiting";
    public const string Offered = "offered";
    public const string Accepted = "accepted";
    public const string Aided = "aided";
    public const string Ended = "ended";

    public static readonly IReadOnlyList<string> All = [Waiting, Offered, Accepted, Aided, Ended];
}

/// <summary>One line of a table. A count that is withheld is null.</summary>
public sealed record BriefingRow(string Code, IReadOnlyList<long?> Counts, long? Total, decimal? Amount);

/// <summary>Needs by one dimension and outcome, with their sums.</summary>
public sealed record BriefingTable(string By, IReadOnlyList<BriefingRow> Rows, BriefingRow Sum);

/// <summary>Needs nobody has taken, by county and kind (R30). What is withheld has no line.</summary>
public sealed record UnmetRow(string County, string Kind, long? Count);

/// <summary>Half of the times are no longer than the first, nineteen of twenty no longer than the second (R12), in hours.</summary>
public sealed record BriefingTime(string Step, long? Count, double? P50, double? P95);

/// <summary>How an organisation takes part (R39): numbers of offers, not of people's needs.</summary>
public sealed record ParticipationRow(string Uscc, string Name, long? Offers, long? Accepted, long? Declined, long? Lapsed, decimal? Amount);

/// <summary>What is open, whose turn it is and how old it is (R19).</summary>
public sealed record OpenRow(string Owner, string What, long Day, long Week, long Older);

/// <summary>How new the newest data of a source are (R21).</summary>
public sealed record FreshnessRow(string Source, DateTimeOffset? AsOf, bool IsStale);

/// <summary>通报: what was needed and what became of it in a stretch of days, without a person in it (R18).</summary>
public sealed record BriefingReport
{
    public required DateOnly From { get; init; }
    public required DateOnly To { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Counts below this are withheld, and so is what would tell them.</summary>
    public required int SmallCell { get; init; }
    public required string PolicyVersion { get; init; }
    public IReadOnlyList<string> Outcomes { get; init; } = BriefingOutcome.All;
    public required IReadOnlyList<BriefingTable> Tables { get; init; }
    public required IReadOnlyList<UnmetRow> Unmet { get; init; }
    public IReadOnlyList<BriefingTime> Times { get; init; } = [];
    public IReadOnlyList<ParticipationRow> Participation { get; init; } = [];
    public IReadOnlyList<OpenRow> Open { get; init; } = [];
    public IReadOnlyList<FreshnessRow> Freshness { get; init; } = [];

    /// <summary>SHA-256 in hex of the report as JSON; the audit log keeps it and its daily root is signed.</summary>
    public string Digest() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web)));
}
