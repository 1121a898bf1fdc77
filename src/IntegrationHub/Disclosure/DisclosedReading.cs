using IntegrationHub.Database;

namespace IntegrationHub.Disclosure;

/// <summary>One disclosure as an inquiry needs it: whose data, which items, to whom, when, how often. No value.</summary>
public sealed record Disclosed(
    DateTimeOffset At, Guid ReleaseId, Guid PersonKey, string Uscc, IReadOnlyList<string> Items, int Sends, string ConsentId,
    string PolicyVersion);

/// <summary>Which disclosures an inquiry is about: a stretch of time, and where wanted one recipient or one item.</summary>
public sealed record DisclosedFilter(DateTimeOffset Since, DateTimeOffset Until, string? Uscc, string? Item);

/// <summary>Reads what was disclosed, page by page: of the subjects, and of others of their households.</summary>
public static class DisclosedReading
{
    internal const string PageSql = """
        select told.released_at, told.release_id, told.person_key, told.uscc, told.items, told.sends, told.consent_id
             , told.policy_version
          from (select r.released_at, r.release_id, r.person_key, r.uscc, r.items, r.sends, r.consent_id, r.policy_version
                  from disclosure.release r
                 union all
                select r.released_at, r.release_id, m.person_key, r.uscc, m.items, r.sends, m.consent_id, r.policy_version
                  from disclosure.release_member m
                  join disclosure.release r on r.release_id = m.release_id) as told
         where told.released_at >= $1
           and told.released_at < $2
           and ($3 is null or told.uscc = $3)
           and ($4 is null or $4 = any (told.items))
           and (told.released_at, told.release_id, told.person_key) > ($5, $6, $7)
         order by told.released_at, told.release_id, told.person_key
         limit $8
        """;

    /// <summary>The next disclosures after one, or from the beginning.</summary>
    public static Task<List<Disclosed>> Page(
        HubTransaction work, DisclosedFilter filter, Disclosed? after, int limit, CancellationToken cancellationToken) =>
        work.Query(
            PageSql,
            [
                Parameter.Instant(filter.Since), Parameter.Instant(filter.Until), Parameter.Text(filter.Uscc),
                Parameter.Text(filter.Item), Parameter.Instant(after?.At ?? DateTimeOffset.UnixEpoch),
                Parameter.As(after?.ReleaseId ?? Guid.Empty), Parameter.As(after?.PersonKey ?? Guid.Empty), Parameter.As(limit),
            ],
            row => new Disclosed(
                row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3),
                row.GetFieldValue<string[]>(4), row.GetInt32(5), row.GetString(6), row.GetString(7)),
            cancellationToken);
}
