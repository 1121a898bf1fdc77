using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Referrals;

/// <summary>Who may be offered a need, best first, and for everyone else the reason why not (P18).</summary>
public sealed record Ranking(IReadOnlyList<Organisation> Candidates, IReadOnlyList<PassedOver> PassedOver);

/// <summary>
/// An organisation that is not a candidate, with a <see cref="ReasonCode"/> or <see cref="Router.AlreadyTried"/>.
/// </summary>
public sealed record PassedOver(string Uscc, string Reason);

/// <summary>
/// Orders the organisations a need can be referred to. It chooses nothing about the person: that is disclosure's
/// decision.
/// </summary>
public static class Router
{
    /// <summary>It was offered this need before and did not take it.</summary>
    public const string AlreadyTried = "recipient.already_tried";

    /// <summary>
    /// Same level first, so that a county's need goes to the county's charity and moves to the city only when that one
    /// declined, lapsed or does not fit (R36). Equals are ordered by a hash of referral and organisation: stable for a
    /// referral, even over many, and in need of no memory.
    /// </summary>
    public static Ranking Rank(
        KnownNeed need, IEnumerable<Organisation> organisations, IReadOnlySet<string> tried, DateTimeOffset at)
    {
        var day = HubCalendar.DayOf(at);
        var candidates = new List<Organisation>();
        var passedOver = new List<PassedOver>();
        foreach (var organisation in organisations)
        {
            var objection = tried.Contains(organisation.Uscc)
                ? AlreadyTried
                : RecipientRules.ObjectionTo(organisation, need.Kind, need.Division, day);
            if (objection is null)
                candidates.Add(organisation);
            else
                passedOver.Add(new PassedOver(organisation.Uscc, objection));
        }

        return new Ranking(
            [
                .. candidates
                    .OrderBy(organisation => DistanceOf(organisation.Level))
                    .ThenByDescending(organisation => Weight(need.ReferralId, organisation.Uscc))
                    .ThenBy(organisation => organisation.Uscc, StringComparer.Ordinal),
            ],
            passedOver);
    }

    private static int DistanceOf(string level) => level switch
    {
        "COUNTY" => 0,
        "CITY" => 1,
        "PROVINCE" => 2,
        _ => 3,
    };

    // Rendezvous hashing: each pair has a weight of its own, so adding an organisation moves only the needs it wins.
    private static ulong Weight(Guid referralId, string uscc) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{referralId:N}|{uscc}")));
}
