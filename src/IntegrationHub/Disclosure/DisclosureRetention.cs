namespace IntegrationHub.Disclosure;

/// <summary>
/// Releases and decisions whose time is over (P14): a release goes with its recalls and corrections, a decision only after the
/// release that rests on it. What a hold covers stays.
/// </summary>
public static class DisclosureRetention
{
    internal const string CountReleasesSql = """
        select count(*)
          from disclosure.release r
         where r.released_at < $1
           and r.person_key <> all ($2)
           and r.referral_id <> all ($3)
           and not exists (select
                             from disclosure.release_member m
                            where m.release_id = r.release_id
                              and m.person_key = any ($2))
        """;

    internal const string DeleteReleasesSql = """
        with due as materialized (
            select release_id
              from disclosure.release r
             where r.released_at < $1
               and r.person_key <> all ($2)
               and r.referral_id <> all ($3)
               and not exists (select
                                 from disclosure.release_member m
                                where m.release_id = r.release_id
                                  and m.person_key = any ($2))
             limit $4
        ), recalls as (
            delete from disclosure.recall where release_id in (select release_id from due)
        ), members as (
            delete from disclosure.release_member where release_id in (select release_id from due)
        ), corrections as (
            delete from disclosure.correction where release_id in (select release_id from due)
        )
        delete from disclosure.release
         where release_id in (select release_id from due)
        """;

    // $4: releases before this go first, so that a dry run counts what a run would take.
    internal const string CountDecisionsSql = """
        select count(*)
          from disclosure.decision d
         where d.at < $1
           and d.person_key <> all ($2)
           and d.referral_id <> all ($3)
           and not exists (select
                             from disclosure.release r
                            where r.decision_id = d.decision_id
                              and (r.released_at >= $4 or r.person_key = any ($2) or r.referral_id = any ($3)
                                   or exists (select from disclosure.release_member m
                                               where m.release_id = r.release_id and m.person_key = any ($2))))
        """;

    internal const string DeleteDecisionsSql = """
        delete from disclosure.decision
         where decision_id in (select d.decision_id
                                 from disclosure.decision d
                                where d.at < $1
                                  and d.person_key <> all ($2)
                                  and d.referral_id <> all ($3)
                                  and not exists (select from disclosure.release r where r.decision_id = d.decision_id)
                                limit $4)
        """;
}
