using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>Takes a person's words out of their needs (P13). That there was a need, of which kind and how it went is evidence.</summary>
public static class NeedErasure
{
    internal const string SealedSql = """
        select sealed
          from referrals.need
         where person_key = any ($1)
           and length(sealed) > 0
         union all
        select sealed
          from referrals.reverse_referral
         where person_key = any ($1)
           and length(sealed) > 0
        """;

    internal const string EraseSql = """
        update referrals.need
           set sealed           = '\x'
             , verification_ref = null
             , household_ref    = null
             , status           = 'CLOSED'
         where person_key = any ($1)
        """;

    // What a finder wrote of the person, and the official's words.
    internal const string EraseReportsSql = """
        update referrals.reverse_referral
           set sealed        = '\x'
             , answer_reason = null
         where person_key = any ($1)
        """;

    public static Task<List<byte[]>> Sealed(HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        work.Query(SealedSql, [Parameter.As(keys.ToArray())], row => row.GetFieldValue<byte[]>(0), cancellationToken);

    public static Task<int> Erase(HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        work.Execute(EraseSql, [Parameter.As(keys.ToArray())], cancellationToken);

    public static Task<int> EraseReports(HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        work.Execute(EraseReportsSql, [Parameter.As(keys.ToArray())], cancellationToken);
}
