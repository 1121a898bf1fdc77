using IntegrationHub.Database;

namespace IntegrationHub.Disclosure;

/// <summary>
/// Takes out of the releases of a person what could still be tried for their values: the keyed digests of single items,
/// which only serve to notice corrections (P13). The release itself is evidence and stays.
/// </summary>
public static class ReleaseErasure
{
    internal const string ReleasesSql = """
        update disclosure.release
           set item_digests = null
         where person_key = any ($1)
           and item_digests is not null
        """;

    internal const string CorrectionsSql = """
        update disclosure.correction c
           set item_digests = '{}'
          from disclosure.release r
         where r.release_id = c.release_id
           and r.person_key = any ($1)
        """;

    public static async Task<int> Erase(HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        await work.Execute(ReleasesSql, [Parameter.As(keys.ToArray())], cancellationToken)
        + await work.Execute(CorrectionsSql, [Parameter.As(keys.ToArray())], cancellationToken);
}
