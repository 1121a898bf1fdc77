using System.Buffers.Binary;
using System.Security.Cryptography;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Referrals;

/// <summary>An organisation that is not asked, with a <see cref="ReasonCode"/>.</summary>
public sealed record PassedOver(string Uscc, string Reason);

/// <summary>
/// Who may be asked about needs of one kind and place, level by level, and for everyone else the reason why not (R22,
/// P18). The same for every such need of a day.
/// </summary>
public sealed record Choice(IReadOnlyList<IReadOnlyList<Organisation>> Levels, IReadOnlyList<PassedOver> PassedOver);

/// <summary>
/// Orders the organisations a need can be referred to. It chooses nothing about the person: that is disclosure's
/// decision.
/// </summary>
public static class Router
{
    /// <summary>The choice for needs of a kind and place on a day, with the levels in the order policy asks them (R36).</summary>
    public static Choice ChoiceFor(
        string kind, string division, IEnumerable<Organisation> organisations, IReadOnlyList<string> levels, DateOnly day)
    {
        var ofLevel = levels.ToDictionary(level => level, _ => new List<Organisation>());
        var passedOver = new List<PassedOver>();
        foreach (var organisation in organisations)
        {
            var objection = RecipientRules.ObjectionTo(organisation, kind, division, day);
            if (objection is null && ofLevel.TryGetValue(organisation.Level, out var same))
                same.Add(organisation);
            else
                passedOver.Add(new PassedOver(organisation.Uscc, objection ?? ReasonCode.RecipientLevel));
        }

        return new Choice([.. levels.Select(level => ofLevel[level])], passedOver);
    }

    /// <summary>
    /// The organisations in the order they are asked about one referral: same level first, so that a county's need goes to
    /// the county's charities, and to the city's only when none of those is left (R36). Equals are ordered by a hash of
    /// referral and organisation: stable for a referral, even over many, and in need of no memory.
    /// </summary>
    public static IEnumerable<Organisation> InOrder(Choice choice, Guid referralId) =>
        choice.Levels.SelectMany(IEnumerable<Organisation> (level) => level.Count < 2
            ? level
            : level.OrderByDescending(organisation => Weight(referralId, organisation.Uscc))
                .ThenBy(organisation => organisation.Uscc, StringComparer.Ordinal));

    // Rendezvous hashing: each pair has a weight of its own, so adding an organisation moves only the needs it wins.
    private static ulong Weight(Guid referralId, string uscc)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        NamedHash.Of(referralId, uscc, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
