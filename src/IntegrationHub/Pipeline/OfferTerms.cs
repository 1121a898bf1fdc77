using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// What an organisation is told of a need before it accepts: nothing that names or singles out a person (F4).
/// </summary>
public record OfferData
{
    public required Guid ReferralId { get; init; }
    public required int Attempt { get; init; }
    public required string Uscc { get; init; }

    /// <summary>
    /// Stands for the person towards this organisation only, so that two of them cannot join what they know.
    /// </summary>
    public required string PairwiseSubject { get; init; }
    public required string Kind { get; init; }
    public required string Hardship { get; init; }

    /// <summary>County of the need, never finer.</summary>
    public required string Division { get; init; }
    public required string AmountBand { get; init; }
    public required string Priority { get; init; }
    public required string Ground { get; init; }
    public required string GovAidStatus { get; init; }
    public required bool SimplifiedProcedure { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>An offer in the list an organisation reads, with where it stands now.</summary>
public sealed record OfferView : OfferData
{
    [SetsRequiredMembers]
    internal OfferView(OfferData offer)
        : base(offer)
    {
        State = "";
    }

    [JsonPropertyOrder(1)]
    public required string State { get; init; }

    [JsonPropertyOrder(1)]
    public required int Version { get; init; }
}

/// <summary>What an offer says and how long it stands, by the policy in force.</summary>
public sealed class OfferTerms(PolicyBook policies, WorkingDays calendar, Keyring keyring)
{
    private const int CountyDigits = 6;

    /// <summary>The rules in force at an instant, or null.</summary>
    public PolicyPack? PolicyAt(DateTimeOffset at) => policies.On(HubCalendar.DayOf(at));

    public WorkingDays Calendar => calendar;

    /// <summary>The instant an offer made now lapses: the end of the last working day to answer (R24).</summary>
    public DateTimeOffset ExpiryOf(DateTimeOffset offeredAt, PolicyPack policy, string kind) =>
        calendar.EndOf(offeredAt, policy.WorkingDaysFor(kind));

    /// <summary>URGENT for the hardships policy names; it orders queues and decides nothing else (R05).</summary>
    public static string PriorityOf(KnownNeed need, PolicyPack policy) =>
        policy.IsUrgent(need.Hardship) ? NeedBook.UrgentPriority : NeedBook.NormalPriority;

    public OfferData DataOf(KnownNeed need, int attempt, string uscc, DateTimeOffset expiresAt, PolicyPack? policy) => new()
    {
        ReferralId = need.ReferralId,
        Attempt = attempt,
        Uscc = uscc,
        PairwiseSubject = keyring.Pairwise(need.PersonKey, uscc).ToString("N"),
        Kind = need.Kind,
        Hardship = need.Hardship,
        Division = need.Division.Length > CountyDigits ? need.Division[..CountyDigits] : need.Division,
        AmountBand = policy?.BandOf(need.Amount) ?? "unknown",
        Priority = policy is null ? need.Priority : PriorityOf(need, policy),
        Ground = need.Ground,
        GovAidStatus = need.GovAidStatus,
        SimplifiedProcedure = need.VerificationRef is not null,
        ExpiresAt = expiresAt,
    };
}
