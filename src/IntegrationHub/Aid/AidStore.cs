using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Aid;

/// <summary>A government payment with the person it is about.</summary>
public sealed record GovAidRow(GovAidRecord Record, Guid PersonKey);

/// <summary>The two books of aid. Money is CNY with two decimals; nothing is ever deleted to make sums fit.</summary>
public static class AidStore
{
    internal const string UpsertGovSql = """
        insert into aid.gov_aid as known
               (source_key, person_key, household_ref, batch_ref, category, period, amount, paid_on, status, version)
        select *
          from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (source_key) do update
           set person_key    = excluded.person_key
             , household_ref = excluded.household_ref
             , batch_ref     = excluded.batch_ref
             , category      = excluded.category
             , period        = excluded.period
             , amount        = excluded.amount
             , paid_on       = excluded.paid_on
             , status        = excluded.status
             , ended         = false
             , version       = excluded.version
         where known.version < excluded.version
        """;

    internal const string UpsertCharitySql = """
        insert into aid.charity_aid as known
               (aid_id, source_key, version, uscc, referral_id, kind, form, amount, quantity, unit, given_on, funding, status,
                reverses_id, field_hash, recorded_at, fund_id, project, payment_ref, complement, campaign)
        select aid_id, source_key, version, uscc, referral_id, kind, form, amount, quantity, unit, given_on, funding, status,
               reverses_id, field_hash, $16, fund_id, project, payment_ref, complement, campaign
          from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17, $18, $19, $20, $21)
            as given (aid_id, source_key, version, uscc, referral_id, kind, form, amount, quantity, unit, given_on, funding, status,
                      reverses_id, field_hash, fund_id, project, payment_ref, complement, campaign)
            on conflict (aid_id) do update
           set version     = excluded.version
             , referral_id = excluded.referral_id
             , kind        = excluded.kind
             , form        = excluded.form
             , amount      = excluded.amount
             , quantity    = excluded.quantity
             , unit        = excluded.unit
             , given_on    = excluded.given_on
             , funding     = excluded.funding
             , status      = excluded.status
             , reverses_id = excluded.reverses_id
             , field_hash  = excluded.field_hash
             , fund_id     = excluded.fund_id
             , project     = excluded.project
             , payment_ref = excluded.payment_ref
             , complement  = excluded.complement
             , campaign    = excluded.campaign
             , reported_at = null
         where known.version < excluded.version
           and known.uscc = excluded.uscc
        """;

    // What the newer version is about to replace; a version kept before is not kept again.
    internal const string KeepGovSql = """
        insert into aid.gov_aid_was (source_key, version, category, period, amount, paid_on, status, replaced_at)
        select known.source_key, known.version, known.category, known.period, known.amount, known.paid_on, known.status, $3
          from unnest($1::uuid[], $2::bigint[]) as told (source_key, version)
          join aid.gov_aid known on known.source_key = told.source_key
                                and known.version < told.version
            on conflict do nothing
        """;

    internal const string KeepCharitySql = """
        insert into aid.charity_aid_was (aid_id, version, form, amount, quantity, given_on, funding, status, replaced_at)
        select known.aid_id, known.version, known.form, known.amount, known.quantity, known.given_on, known.funding, known.status, $3
          from unnest($1::text[], $2::int[]) as told (aid_id, version)
          join aid.charity_aid known on known.aid_id = told.aid_id
                                    and known.version < told.version
            on conflict do nothing
        """;

    internal const string EndGovSql = """
        update aid.gov_aid
           set ended = true
         where source_key = any ($1)
        returning person_key
        """;

    internal const string GovTotalSql = """
        select coalesce(sum(amount), 0)
          from aid.gov_aid
         where person_key = any ($1)
           and not ended
           and status in ('PAID', 'PAID_LATE')
        """;

    internal const string CountOfReferralSql = """
        select count(*)
          from aid.charity_aid
         where referral_id = $1
           and status = 'PAID'
           and reverses_id is null
        """;

    internal const string ByIdSql = """
        select aid_id, version, uscc, referral_id, kind, form, amount, quantity, unit, given_on, funding, status, reverses_id
          from aid.charity_aid
         where aid_id = any ($1)
        """;

    internal const string ReportedSql = """
        update aid.charity_aid
           set reported_at = $3
         where aid_id = $1
           and version = $2
        """;

    internal const string UnreportedSql = """
        select count(*)
          from aid.charity_aid
         where reported_at is null
           and referral_id is not null
        """;

    public static async Task UpsertGov(
        HubTransaction work, IReadOnlyCollection<GovAidRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(
            KeepGovSql,
            [
                Parameter.Column(rows, row => row.Record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.Version, NpgsqlDbType.Bigint), Parameter.Instant(now),
            ],
            cancellationToken);
        await work.Execute(
            UpsertGovSql,
            [
                Parameter.Column(rows, row => row.Record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.HouseholdRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.BatchRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.Category, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.Period, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.Amount, NpgsqlDbType.Numeric),
                Parameter.Column(rows, row => row.Record.PaidOn, NpgsqlDbType.Date),
                Parameter.Column(rows, row => row.Record.Status, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.Version, NpgsqlDbType.Bigint),
            ],
            cancellationToken);
    }

    public static async Task UpsertCharity(
        HubTransaction work, IReadOnlyCollection<CharityAidRecord> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(
            KeepCharitySql,
            [
                Parameter.Column(rows, row => row.Aid.AidId, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.Version, NpgsqlDbType.Integer), Parameter.Instant(now),
            ],
            cancellationToken);
        await work.Execute(
            UpsertCharitySql,
            [
                Parameter.Column(rows, row => row.Aid.AidId, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Aid.Version, NpgsqlDbType.Integer),
                Parameter.Column(rows, row => row.Aid.Uscc, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Aid.Kind, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.Form, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.Amount, NpgsqlDbType.Numeric),
                Parameter.Column(rows, row => row.Aid.Quantity, NpgsqlDbType.Numeric),
                Parameter.Column(rows, row => row.Aid.Unit, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.Date, NpgsqlDbType.Date),
                Parameter.Column(rows, row => row.Aid.Funding, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.Status, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.ReversesId, NpgsqlDbType.Text),
                Parameter.Column(rows, FieldHash, NpgsqlDbType.Text),
                Parameter.Instant(now),
                Parameter.Column(rows, row => row.Aid.FundId, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.Project, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.PaymentRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Aid.IsComplement, NpgsqlDbType.Boolean),
                Parameter.Column(rows, row => row.Aid.Campaign, NpgsqlDbType.Text),
            ],
            cancellationToken);
    }

    /// <summary>Ends payments that their source withdrew; whose they were is returned.</summary>
    public static Task<List<Guid>> EndGov(HubTransaction work, Guid[] sourceKeys, CancellationToken cancellationToken) =>
        work.Query(EndGovSql, [Parameter.As(sourceKeys)], row => row.GetGuid(0), cancellationToken);

    /// <summary>What government aid paid to one person, under all keys that mean them: each payment counts once.</summary>
    public static async Task<decimal> GovTotal(
        HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        (await work.Query(
            GovTotalSql, [Parameter.As(keys.ToArray())], row => row.GetDecimal(0), cancellationToken)).Single();

    /// <summary>How many aids stand recorded for a referral: a completed one needs at least one (domain.md §2.4).</summary>
    public static async Task<long> CountOf(HubTransaction work, Guid referralId, CancellationToken cancellationToken) =>
        (await work.Query(CountOfReferralSql, [Parameter.As(referralId)], row => row.GetInt64(0), cancellationToken)).Single();

    public static Task<List<CharityAid>> Find(HubTransaction work, string[] aidIds, CancellationToken cancellationToken) =>
        work.Query(ByIdSql, [Parameter.As(aidIds)], Read, cancellationToken);

    public static Task Reported(
        HubTransaction work, CharityAid aid, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            ReportedSql, [Parameter.Text(aid.AidId), Parameter.As(aid.Version), Parameter.Instant(now)], cancellationToken);

    /// <summary>Aids of referrals the civil affairs side has not been told of yet.</summary>
    public static async Task<long> Unreported(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(UnreportedSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    private static string FieldHash(CharityAidRecord row) =>
        AidFieldHash.Of(row.Aid.AidId, row.Aid.Uscc, row.Aid.Form, row.Aid.Amount, row.Aid.Date, row.Aid.Status);

    private static CharityAid Read(Npgsql.NpgsqlDataReader row) => new()
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
    };
}
