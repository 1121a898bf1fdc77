using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Disclosure;

/// <summary>A refusal or an anonymous offer: who would have been told, when, and why not.</summary>
public sealed record PastDecision(DateTimeOffset At, string Step, Guid ReferralId, string Uscc, string Purpose, bool Permitted, string Reason);

/// <summary>Everything that was decided and released about a person (P11).</summary>
public static class DisclosureHistory
{
    // A release belongs to the person of its referral also when another of their keys stood for them that day.
    internal const string ReleasesSql = $"""
        select {ReleaseStore.Columns}
          from disclosure.release
         where person_key = any ($1)
            or referral_id = any ($2)
         order by released_at, release_id
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

    /// <summary>Refusals of every kind, and what was offered without identity, the oldest first.</summary>
    public static Task<List<PastDecision>> Decisions(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(
            DecisionsSql, [Parameter.As(people.ToArray()), Parameter.As(referrals.ToArray())], ReadDecision, cancellationToken);

    private static PastDecision ReadDecision(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetBoolean(5),
        row.GetString(6));
}
