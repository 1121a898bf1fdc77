using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Disclosure;

/// <summary>A refusal or an anonymous offer: who would have been told, when, and why not.</summary>
public sealed record PastDecision(DateTimeOffset At, string Step, Guid ReferralId, string Uscc, string Purpose, bool Permitted, string Reason);

/// <summary>What a release about another of the household told of a person, under that person's own consent.</summary>
public sealed record ToldAsMember(IReadOnlyList<string> Items, string ConsentId, int ConsentSequence);

/// <summary>Everything that was decided and released about a person (P11).</summary>
public static class DisclosureHistory
{
    // A release belongs to the person of its referral also when another of their keys stood for them that day.
    internal const string ReleasesSql = $"""
        select {ReleaseStore.Columns}
          from disclosure.release
         where person_key = any ($1)
            or referral_id = any ($2)
            or release_id in (select m.release_id from disclosure.release_member m where m.person_key = any ($1))
         order by released_at, release_id
        """;

    internal const string AsMemberSql = """
        select release_id, items, consent_id, consent_sequence
          from disclosure.release_member
         where person_key = any ($1)
        """;

    // A permit of a claim is told by its release.
    internal const string DecisionsSql = """
        select at, step, referral_id, uscc, purpose, permitted, reason
          from disclosure.decision
         where (person_key = any ($1) or referral_id = any ($2))
           and (step = 'OFFER' or not permitted)
         order by at, decision_id
        """;

    public static Task<List<ReleaseRow>> Releases(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(
            ReleasesSql, [Parameter.As(people.ToArray()), Parameter.As(referrals.ToArray())], ReleaseStore.Read, cancellationToken);

    /// <summary>What of the person themselves went out in releases about another of their household (P20), by release.</summary>
    public static async Task<Dictionary<Guid, ToldAsMember>> AsMember(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(
            AsMemberSql, [Parameter.As(people.ToArray())],
            row => (ReleaseId: row.GetGuid(0), Told: new ToldAsMember(row.GetFieldValue<string[]>(1), row.GetString(2), row.GetInt32(3))),
            cancellationToken)).DistinctBy(row => row.ReleaseId).ToDictionary(row => row.ReleaseId, row => row.Told);

    /// <summary>Refusals of every kind, and what was offered without identity, the oldest first.</summary>
    public static Task<List<PastDecision>> Decisions(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(
            DecisionsSql, [Parameter.As(people.ToArray()), Parameter.As(referrals.ToArray())], ReadDecision, cancellationToken);

    private static PastDecision ReadDecision(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetBoolean(5),
        row.GetString(6));
}
