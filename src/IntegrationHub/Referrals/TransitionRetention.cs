namespace IntegrationHub.Referrals;

/// <summary>Changes of referrals that nobody asks about any more (P14).</summary>
public static class TransitionRetention
{
    internal const string CountSql = """
        select count(*)
          from referrals.transition
         where at < $1
           and referral_id <> all ($2)
        """;

    internal const string DeleteSql = """
        delete from referrals.transition
         where transition_id in (select transition_id
                                   from referrals.transition
                                  where at < $1
                                    and referral_id <> all ($2)
                                  limit $3)
        """;
}
