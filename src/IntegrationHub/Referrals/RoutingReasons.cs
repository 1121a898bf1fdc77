using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Referrals;

/// <summary>What was said about one organisation when a referral was routed.</summary>
public sealed record OrganisationReason(string Uscc, string Name, string Reason);

/// <summary>A stored reason with every organisation that was there to choose from.</summary>
public sealed record RoutingExplanation(
    DateTimeOffset At, int Attempt, string PolicyVersion, string? Objection, string? Predicate, IReadOnlyList<string> Advice,
    string? Chosen, IReadOnlyList<OrganisationReason> Organisations);

/// <summary>Why referrals went where they went. A reason is added when it says something new about its referral.</summary>
public static class RoutingReasons
{
    internal const string LastSql = """
        select distinct on (referral_id) referral_id, digest
          from referrals.routing_reason
         where referral_id = any ($1)
         order by referral_id, reason_id desc
        """;

    internal const string AddChoicesSql = """
        insert into referrals.choice (choice_id, body)
        select told.choice_id, told.body
          from unnest($1::uuid[], $2::jsonb[]) as told (choice_id, body)
            on conflict do nothing
        """;

    internal const string AddSql = """
        insert into referrals.routing_reason (
               referral_id, at, attempt, policy_version, objection, predicate, advice, chosen, refused, choice_id, digest)
        select told.referral_id, $1::timestamptz, told.attempt, told.policy_version, told.objection, told.predicate
             , array(select jsonb_array_elements_text(told.advice)), told.chosen, told.refused, told.choice_id, told.digest
          from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::jsonb[],
                      $10::uuid[], $11::uuid[])
               as told (referral_id, attempt, policy_version, objection, predicate, advice, chosen, refused, choice_id,
                        digest)
        """;

    internal const string OfSql = """
        select r.at, r.attempt, r.policy_version, r.objection, r.predicate, r.advice, r.chosen, r.refused, c.body
          from referrals.routing_reason r
          left join referrals.choice c on c.choice_id = r.choice_id
         where r.referral_id = $1
         order by r.reason_id
        """;

    internal const string NamesSql = """
        select uscc, name
          from referrals.organisation
         where uscc = any ($1)
        """;

    /// <summary>Adds the reasons that say something new, and returns how many did.</summary>
    internal static async Task<int> Add(
        HubTransaction work, IReadOnlyList<RoutingReason> reasons, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (reasons.Count == 0)
            return 0;
        var known = (await work.Query(
            LastSql, [Parameter.As(reasons.Select(reason => reason.ReferralId).ToArray())],
            row => (Referral: row.GetGuid(0), Digest: row.GetGuid(1)), cancellationToken))
            .ToDictionary(row => row.Referral, row => row.Digest);
        var fresh = reasons.Select(reason => (Reason: reason, Digest: reason.Digest()))
            .Where(one => known.GetValueOrDefault(one.Reason.ReferralId) != one.Digest).ToList();
        if (fresh.Count == 0)
            return 0;
        var choices = fresh.Select(one => one.Reason.Choice).OfType<Choice>().Distinct().ToList();
        await work.Execute(
            AddChoicesSql,
            [
                Parameter.Column(choices, ChoiceBody.IdOf, NpgsqlDbType.Uuid),
                Parameter.Column(choices, ChoiceBody.JsonOf, NpgsqlDbType.Jsonb),
            ],
            cancellationToken);
        await work.Execute(
            AddSql,
            [
                Parameter.Instant(at),
                Parameter.Column(fresh, one => one.Reason.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(fresh, one => one.Reason.Attempt, NpgsqlDbType.Integer),
                Parameter.Column(fresh, one => one.Reason.PolicyVersion, NpgsqlDbType.Text),
                Parameter.Column(fresh, one => one.Reason.Objection, NpgsqlDbType.Text),
                Parameter.Column(fresh, one => one.Reason.Predicate, NpgsqlDbType.Text),
                Parameter.Column(fresh, one => JsonSerializer.Serialize(one.Reason.Advice), NpgsqlDbType.Jsonb),
                Parameter.Column(fresh, one => one.Reason.Chosen, NpgsqlDbType.Text),
                Parameter.Column(fresh, one => one.Reason.RefusedJson(), NpgsqlDbType.Jsonb),
                Parameter.Column(fresh, one => one.Reason.ChoiceId, NpgsqlDbType.Uuid),
                Parameter.Column(fresh, one => one.Digest, NpgsqlDbType.Uuid),
            ],
            cancellationToken);
        return fresh.Count;
    }

    /// <summary>Every reason there was for a referral, the oldest first, organisation by organisation.</summary>
    public static async Task<IReadOnlyList<RoutingExplanation>> Of(
        HubTransaction work, Guid referralId, CancellationToken cancellationToken)
    {
        var rows = await work.Query(OfSql, [Parameter.As(referralId)], Read, cancellationToken);
        var codes = rows.SelectMany(row => row.Organisations).Select(one => one.Uscc).Distinct().ToArray();
        var names = (await work.Query(
            NamesSql, [Parameter.As(codes)], row => (Uscc: row.GetString(0), Name: row.GetString(1)), cancellationToken))
            .ToDictionary(row => row.Uscc, row => row.Name);
        return
        [
            .. rows.Select(row => row with
            {
                Organisations = [.. row.Organisations.Select(one => one with { Name = names.GetValueOrDefault(one.Uscc, "") })],
            }),
        ];
    }

    private static RoutingExplanation Read(NpgsqlDataReader row)
    {
        var chosen = row.TextOrNull(6);
        var refused = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(7)) ?? [];
        var choice = row.TextOrNull(8) is { } body ? JsonSerializer.Deserialize<ChoiceBody>(body, JsonSerializerOptions.Web) : null;
        return new RoutingExplanation(
            row.GetFieldValue<DateTimeOffset>(0), row.GetInt32(1), row.GetString(2), row.TextOrNull(3), row.TextOrNull(4),
            row.GetFieldValue<string[]>(5), chosen, choice is null ? [] : [.. Each(choice, chosen, refused)]);
    }

    // Who fits and was neither chosen nor refused was not asked: its level was not reached, or another came first.
    private static IEnumerable<OrganisationReason> Each(
        ChoiceBody choice, string? chosen, Dictionary<string, string> refused)
    {
        var reached = choice.Fits.ToList().FindIndex(level => chosen is not null && level.Contains(chosen));
        for (var level = 0; level < choice.Fits.Count; level++)
        {
            foreach (var uscc in choice.Fits[level])
            {
                yield return new OrganisationReason(
                    uscc, "",
                    uscc == chosen ? ReasonCode.Permit
                    : refused.TryGetValue(uscc, out var reason) ? reason
                    : level > reached ? ReasonCode.RecipientLevel
                    : ReasonCode.RecipientTurn);
            }
        }

        foreach (var (reason, organisations) in choice.Not)
        {
            foreach (var uscc in organisations)
                yield return new OrganisationReason(uscc, "", reason);
        }
    }
}
