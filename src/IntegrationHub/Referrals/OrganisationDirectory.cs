using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Referrals;

/// <summary>The organisations a need can be referred to, as the federation's directory last told them.</summary>
public static class OrganisationDirectory
{
    private const string Columns = """
        uscc, name, org_type, is_charity, status, level, scopes, areas, agreement_id, agreement_from, agreement_to,
        agreement_items, capacity
        """;

    internal const string ApplySql = """
        insert into referrals.organisation as known (
               uscc, name, org_type, is_charity, status, level, scopes, areas, agreement_id, agreement_from,
               agreement_to, agreement_items, version, capacity)
        select told.uscc, told.name, told.org_type, told.is_charity, told.status, told.level
             , array(select jsonb_array_elements_text(told.scopes))
             , array(select jsonb_array_elements_text(told.areas))
             , told.agreement_id, told.agreement_from, told.agreement_to
             , array(select jsonb_array_elements_text(told.agreement_items))
             , told.version, told.capacity
          from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::jsonb[],
                      $8::jsonb[], $9::text[], $10::date[], $11::date[], $12::jsonb[], $13::bigint[], $14::int[])
               as told (uscc, name, org_type, is_charity, status, level, scopes, areas, agreement_id, agreement_from,
                        agreement_to, agreement_items, version, capacity)
            on conflict (uscc) do update
           set name            = excluded.name
             , org_type        = excluded.org_type
             , is_charity      = excluded.is_charity
             , status          = excluded.status
             , level           = excluded.level
             , scopes          = excluded.scopes
             , areas           = excluded.areas
             , agreement_id    = excluded.agreement_id
             , agreement_from  = excluded.agreement_from
             , agreement_to    = excluded.agreement_to
             , agreement_items = excluded.agreement_items
             , version         = excluded.version
             , capacity        = excluded.capacity
         where excluded.version > known.version
        """;

    internal const string AllSql = $"""
        select {Columns}
          from referrals.organisation
         order by uscc
        """;

    internal const string ByUsccSql = $"""
        select {Columns}
          from referrals.organisation
         where uscc = any ($1)
        """;

    public static async Task Apply(
        HubTransaction work, IReadOnlyList<OrganisationRecord> records, CancellationToken cancellationToken)
    {
        // A statement may touch a row once: of several states of one organisation the newest goes.
        var newest = records
            .OrderByDescending(record => record.Version).DistinctBy(record => record.Organisation.Uscc).ToList();
        if (newest.Count > 0)
            await work.Execute(ApplySql, ColumnsOf(newest), cancellationToken);
    }

    public static async Task<IReadOnlyList<Organisation>> All(
        HubTransaction work, CancellationToken cancellationToken) =>
        await work.Query(AllSql, [], Read, cancellationToken);

    /// <summary>These organisations by code; who is not in the directory is left out.</summary>
    public static async Task<Dictionary<string, Organisation>> Find(
        HubTransaction work, IReadOnlyCollection<string> usccs, CancellationToken cancellationToken) =>
        (await work.Query(ByUsccSql, [Parameter.As(usccs.ToArray())], Read, cancellationToken))
        .ToDictionary(organisation => organisation.Uscc, StringComparer.Ordinal);

    private static NpgsqlParameter[] ColumnsOf(IReadOnlyList<OrganisationRecord> records) =>
    [
        Parameter.Column(records, record => record.Organisation.Uscc, NpgsqlDbType.Text),
        Parameter.Column(records, record => record.Organisation.Name, NpgsqlDbType.Text),
        Parameter.Column(records, record => record.Organisation.OrgType, NpgsqlDbType.Text),
        Parameter.Column(records, record => record.Organisation.IsCharity, NpgsqlDbType.Boolean),
        Parameter.Column(records, record => record.Organisation.Status, NpgsqlDbType.Text),
        Parameter.Column(records, record => record.Organisation.Level, NpgsqlDbType.Text),
        Parameter.Column(records, record => JsonSerializer.Serialize(record.Organisation.Scopes), NpgsqlDbType.Jsonb),
        Parameter.Column(records, record => JsonSerializer.Serialize(record.Organisation.Areas), NpgsqlDbType.Jsonb),
        Parameter.Column(records, record => record.Organisation.AgreementId, NpgsqlDbType.Text),
        Parameter.Column(records, record => record.Organisation.AgreementFrom, NpgsqlDbType.Date),
        Parameter.Column(records, record => record.Organisation.AgreementTo, NpgsqlDbType.Date),
        Parameter.Column(
            records, record => JsonSerializer.Serialize(record.Organisation.AgreementItems), NpgsqlDbType.Jsonb),
        Parameter.Column(records, record => record.Version, NpgsqlDbType.Bigint),
        Parameter.Column(records, record => record.Organisation.Capacity, NpgsqlDbType.Integer),
    ];

    private static Organisation Read(NpgsqlDataReader row) => new()
    {
        Uscc = row.GetString(0),
        Name = row.GetString(1),
        OrgType = row.GetString(2),
        IsCharity = row.GetBoolean(3),
        Status = row.GetString(4),
        Level = row.GetString(5),
        Scopes = row.GetFieldValue<string[]>(6),
        Areas = row.GetFieldValue<string[]>(7),
        AgreementId = row.GetString(8),
        AgreementFrom = row.GetFieldValue<DateOnly>(9),
        AgreementTo = row.GetFieldValue<DateOnly>(10),
        AgreementItems = row.GetFieldValue<string[]>(11),
        Capacity = row.ValueOrNull<int>(12),
    };
}
