using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Aid;

/// <summary>A line of the government's book with the key it is filed under.</summary>
public sealed record GovLine(
    Guid SourceKey, long Version, Guid PersonKey, string HouseholdRef, string BatchRef, string Category, string Period, decimal Amount,
    DateOnly? PaidOn, string Status);

/// <summary>Lines of both books as they stand, for whoever judges them together.</summary>
public static class AidLines
{
    private const string CharityColumns = """
        aid_id, version, uscc, referral_id, kind, form, amount, quantity, unit, given_on, funding, status, reverses_id,
        fund_id, project, payment_ref, complement, campaign
        """;

    internal const string GovSql = """
        select source_key, version, person_key, household_ref, batch_ref, category, period, amount, paid_on, status
          from aid.gov_aid
         where (person_key = any ($1) or household_ref = any ($2))
           and category = any ($3)
           and not ended
         order by source_key
        """;

    // A reversal may name no referral: it belongs to what it reverses.
    internal const string CharitySql = $"""
        select {CharityColumns}
          from aid.charity_aid
         where referral_id = any ($1)
            or reverses_id in (select aid_id from aid.charity_aid where referral_id = any ($1))
         order by aid_id
        """;

    internal const string ReferralsOfSql = """
        select distinct referral_id
          from aid.charity_aid
         where referral_id is not null
           and aid_id = any ($1)
        """;

    internal const string GiftsSql = """
        select g.fund_id, g.uscc, g.amount, g.areas, g.kinds,
               coalesce((select sum(a.amount)
                           from aid.charity_aid a
                          where a.fund_id = g.fund_id
                            and a.uscc = g.uscc
                            and a.status = 'PAID'), 0)
          from aid.gift g
         where g.fund_id = any ($1)
         order by g.fund_id, g.uscc
        """;

    internal const string TellGiftSql = """
        insert into aid.gift as known (fund_id, uscc, amount, areas, kinds, told_by, told_at)
        values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (fund_id, uscc) do update
           set amount  = excluded.amount
             , areas   = excluded.areas
             , kinds   = excluded.kinds
             , told_by = excluded.told_by
             , told_at = excluded.told_at
        """;

    /// <summary>Payments of some categories to people or their households.</summary>
    public static Task<List<GovLine>> Government(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<string> households,
        IReadOnlyCollection<string> categories, CancellationToken cancellationToken) =>
        work.Query(
            GovSql, [Parameter.As(people.ToArray()), Parameter.As(households.ToArray()), Parameter.As(categories.ToArray())],
            row => new GovLine(
                row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
                row.GetDecimal(7), row.ValueOrNull<DateOnly>(8), row.GetString(9)),
            cancellationToken);

    /// <summary>Aid under referrals, and what reverses it.</summary>
    public static Task<List<CharityAid>> Charity(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(CharitySql, [Parameter.As(referrals.ToArray())], Read, cancellationToken);

    /// <summary>The referrals some aid was given under.</summary>
    public static Task<List<Guid>> ReferralsOf(
        HubTransaction work, IReadOnlyCollection<string> aidIds, CancellationToken cancellationToken) =>
        work.Query(ReferralsOfSql, [Parameter.As(aidIds.ToArray())], row => row.GetGuid(0), cancellationToken);

    /// <summary>What givers allowed these funds for, and how much of each is used.</summary>
    public static Task<List<Gift>> Gifts(
        HubTransaction work, IReadOnlyCollection<string> funds, CancellationToken cancellationToken) =>
        work.Query(
            GiftsSql, [Parameter.As(funds.ToArray())],
            row => new Gift
            {
                FundId = row.GetString(0),
                Uscc = row.GetString(1),
                Amount = row.ValueOrNull<decimal>(2),
                Areas = row.GetFieldValue<string[]>(3),
                Kinds = row.GetFieldValue<string[]>(4),
                Used = row.GetDecimal(5),
            },
            cancellationToken);

    /// <summary>Enters a gift, or what is known of it now.</summary>
    public static Task TellGift(HubTransaction work, Gift gift, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            TellGiftSql,
            [
                Parameter.Text(gift.FundId), Parameter.Text(gift.Uscc),
                new NpgsqlParameter<decimal?> { TypedValue = gift.Amount, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Numeric },
                Parameter.As(gift.Areas.ToArray()), Parameter.As(gift.Kinds.ToArray()), Parameter.Text(by), Parameter.Instant(now),
            ],
            cancellationToken);

    private static CharityAid Read(NpgsqlDataReader row) => new()
    {
        AidId = row.GetString(0),
        Version = row.GetInt32(1),
        Uscc = row.GetString(2),
        ReferralId = row.ValueOrNull<Guid>(3),
        Kind = row.GetString(4),
        Form = row.GetString(5),
        Amount = row.ValueOrNull<decimal>(6),
        Quantity = row.ValueOrNull<decimal>(7),
        Unit = row.TextOrNull(8),
        Date = row.GetFieldValue<DateOnly>(9),
        Funding = row.GetString(10),
        Status = row.GetString(11),
        ReversesId = row.TextOrNull(12),
        FundId = row.TextOrNull(13),
        Project = row.TextOrNull(14),
        PaymentRef = row.TextOrNull(15),
        IsComplement = row.GetBoolean(16),
        Campaign = row.TextOrNull(17),
    };
}
