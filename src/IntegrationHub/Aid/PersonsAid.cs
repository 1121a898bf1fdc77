using IntegrationHub.Database;

namespace IntegrationHub.Aid;

/// <summary>A government payment as the person is told of it.</summary>
public sealed record StatedGovAid(string Category, string Period, decimal Amount, DateOnly? PaidOn, string Status);

/// <summary>Charity aid given under a referral, as the person is told of it.</summary>
public sealed record StatedCharityAid(string AidId, string Uscc, string Kind, string Form, decimal? Amount, decimal? Quantity, string? Unit, DateOnly GivenOn, string Status);

/// <summary>The aid recorded for a person, from both books.</summary>
public static class PersonsAid
{
    internal const string GovSql = """
        select category, period, amount, paid_on, status
          from aid.gov_aid
         where person_key = any ($1)
         order by period, paid_on, category
        """;

    // Charity aid is known by its referral; aid to people who went to a charity directly names nobody here.
    internal const string CharitySql = """
        select aid_id, uscc, kind, form, amount, quantity, unit, given_on, status
          from aid.charity_aid
         where referral_id = any ($1)
         order by given_on, aid_id
        """;

    public static Task<List<StatedGovAid>> Government(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(
            GovSql, [Parameter.As(people.ToArray())],
            row => new StatedGovAid(
                row.GetString(0), row.GetString(1), row.GetDecimal(2), row.ValueOrNull<DateOnly>(3), row.GetString(4)),
            cancellationToken);

    public static Task<List<StatedCharityAid>> Charity(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(
            CharitySql, [Parameter.As(referrals.ToArray())],
            row => new StatedCharityAid(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.ValueOrNull<decimal>(4),
                row.ValueOrNull<decimal>(5), row.TextOrNull(6), row.GetFieldValue<DateOnly>(7), row.GetString(8)),
            cancellationToken);
}
