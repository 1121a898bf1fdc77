using System.Text.Json;
using IntegrationHub.Testing.Demo;
using Npgsql;

namespace IntegrationHub.EndToEndTests.Campaign;

/// <summary>
/// What always holds (design.md §5), asked in plain SQL of the hub's books and compared with what the two outside systems
/// themselves say they sent and received. No code of the hub.
/// </summary>
internal sealed class Invariants(NpgsqlConnection connection, JsonElement federation)
{
    /// <summary>Each is a count of rows that must not be; the name says of what.</summary>
    private static readonly Dictionary<string, string> s_mustBeNone = new()
    {
        ["files whose rows do not add up"] = """
            select count(*)
              from intake.file f
             where f.state = 'DONE'
               and f.rows <> f.unchanged + f.quarantined
                   + (select coalesce(sum(c.applied + c.held + c.failed), 0) from intake.chunk c where c.file_id = f.file_id)
            """,
        ["chunks that never came through"] = "select count(*) from intake.chunk where state <> 'DONE'",
        ["messages and turns left behind"] = "select (select count(*) from outbox.message) + (select count(*) from outbox.ticket)",
        ["releases without their permit"] = """
            select count(*)
              from disclosure.release r
             where not exists (select
                                 from disclosure.decision d
                                where d.decision_id = r.decision_id
                                  and d.permitted
                                  and d.step = 'CLAIM'
                                  and d.person_key = r.person_key
                                  and d.uscc = r.uscc
                                  and r.items <@ d.effective)
            """,
        ["releases under a consent that had ended or never named the charity"] = """
            select count(*)
              from disclosure.release r
             where not exists (select
                                 from consent.event e
                                where e.consent_id = r.consent_id
                                  and e.sequence = r.consent_sequence
                                  and e.person_key = r.person_key
                                  and e.type in ('Given', 'Renewed', 'Narrowed')
                                  and r.uscc = any (e.recipients))
                or exists (select
                             from consent.event e
                            where e.consent_id = r.consent_id
                              and e.sequence > r.consent_sequence
                              and e.type in ('Withdrawn', 'Expired', 'Invalidated', 'GuardianLapsed')
                              and e.recorded_at < r.released_at)
            """,
        ["holes in a subscriber's sequence"] = """
            select count(*)
              from (select sequence, row_number() over (partition by subscription_id order by sequence) as place
                      from subscriptions.delivery) d
             where sequence <> place
            """,
        ["events nobody has taken"] = "select count(*) from subscriptions.delivery where state <> 'DELIVERED'",
        ["needs with two organisations at once"] = """
            select count(*)
              from (select referral_id
                      from referrals.attempt
                     where state in ('OFFERED', 'ACCEPTED')
                     group by referral_id
                    having count(*) > 1) twice
            """,
        ["offers told twice to one subscriber"] = """
            select count(*)
              from (select subscription_id, event_id
                      from subscriptions.delivery
                     group by subscription_id, event_id
                    having count(*) > 1) twice
            """,
    };

    /// <summary>What the federation counts, and the hub's own count of the same.</summary>
    private static readonly Dictionary<string, string> s_mustAgree = new()
    {
        ["received"] = "select count(*) from subscriptions.delivery where state = 'DELIVERED'",
        ["aidRecords"] = "select count(distinct aid_id) from aid.charity_aid",
        ["identitiesHeld"] = """
            select count(distinct (r.referral_id, r.uscc))
              from disclosure.release r
             where not exists (select from disclosure.recall k where k.release_id = r.release_id)
            """,
    };

    /// <summary>Every invariant that does not hold, in words; empty is what everybody hopes for.</summary>
    public async Task<IReadOnlyList<string>> Broken(CancellationToken cancellationToken)
    {
        var broken = new List<string>();
        foreach (var (what, sql) in s_mustBeNone)
        {
            if (await Count(sql, cancellationToken) is > 0 and var count)
                broken.Add($"{count} {what}");
        }

        foreach (var (what, sql) in s_mustAgree)
        {
            var (theirs, ours) = (federation.GetProperty(what).GetInt64(), await Count(sql, cancellationToken));
            if (theirs != ours)
                broken.Add($"{what}: the federation counts {theirs}, the hub {ours}");
        }

        if (federation.GetProperty("gaps").EnumerateObject().Any(organisation => organisation.Value.GetArrayLength() > 0))
            broken.Add("an organisation misses numbers of its sequence");
        return broken;
    }

    public static async Task<IReadOnlyList<string>> Broken(HubWorld world, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return await new Invariants(connection, await world.Federation.State(cancellationToken)).Broken(cancellationToken);
    }

    private async Task<long> Count(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken) ?? 0L);
    }
}
