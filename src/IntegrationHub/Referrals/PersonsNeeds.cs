using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>A need of a person and what became of it.</summary>
public sealed record PersonsNeed(Guid NeedId, string NeedRef, Guid PersonKey, string Kind, string Status, DateOnly? OpenedOn, Guid? ReferralId, string? State);

/// <summary>Needs by person, for whoever answers to the person about them.</summary>
public static class PersonsNeeds
{
    internal const string OfSql = """
        select n.need_id, n.need_ref, n.person_key, n.kind, n.status, n.opened_on, r.referral_id, r.state
          from referrals.need n
          left join referrals.referral r on r.need_id = n.need_id
         where n.person_key = any ($1)
         order by n.opened_on, n.need_ref
        """;

    internal const string ByRefSql = """
        select distinct person_key
          from referrals.need
         where need_ref = $1
        """;

    internal const string NamesSql = """
        select uscc, name
          from referrals.organisation
         where uscc = any ($1)
        """;

    public static Task<List<PersonsNeed>> Of(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(
            OfSql, [Parameter.As(people.ToArray())],
            row => new PersonsNeed(
                row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.ValueOrNull<DateOnly>(5),
                row.ValueOrNull<Guid>(6), row.TextOrNull(7)),
            cancellationToken);

    /// <summary>Whose needs have this reference: one person, unless two sources number alike.</summary>
    public static Task<List<Guid>> PeopleOf(HubTransaction work, string needRef, CancellationToken cancellationToken) =>
        work.Query(ByRefSql, [Parameter.Text(needRef)], row => row.GetGuid(0), cancellationToken);

    /// <summary>The names of organisations; who is not in the directory is left out.</summary>
    public static async Task<Dictionary<string, string>> Organisations(
        HubTransaction work, IReadOnlyCollection<string> usccs, CancellationToken cancellationToken) =>
        (await work.Query(
            NamesSql, [Parameter.As(usccs.Distinct().ToArray())], row => (row.GetString(0), row.GetString(1)), cancellationToken))
        .ToDictionary(row => row.Item1, row => row.Item2);
}
