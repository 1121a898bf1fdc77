using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Consent;

/// <summary>
/// The ledger of consent events. It only grows: a repeated event finds its place taken and changes nothing, and what a
/// consent covers is never stored but folded (<see cref="ConsentFold"/>).
/// </summary>
public static class ConsentLedger
{
    // Lists travel as JSON text: an array of arrays would come out of unnest flattened.
    internal const string AppendSql = """
        insert into consent.event (
               consent_id, sequence, person_key, type, capacity, purposes, items, recipient_class, recipients, actions,
               sensitive, provide, notice_id, notice_version, notice_hash, evidence_hash, effective_at, valid_from,
               valid_to, recorded_at)
        select told.consent_id, told.sequence, told.person_key, told.type, told.capacity
             , array(select jsonb_array_elements_text(told.purposes))
             , array(select jsonb_array_elements_text(told.items))
             , told.recipient_class
             , array(select jsonb_array_elements_text(told.recipients))
             , array(select jsonb_array_elements_text(told.actions))
             , told.sensitive, told.provide, told.notice_id, told.notice_version, told.notice_hash, told.evidence_hash
             , told.effective_at, told.valid_from, told.valid_to, $20::timestamptz
          from unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[],
                      $9::jsonb[], $10::jsonb[], $11::boolean[], $12::boolean[], $13::text[], $14::text[], $15::text[],
                      $16::text[], $17::timestamptz[], $18::date[], $19::date[])
               as told (consent_id, sequence, person_key, type, capacity, purposes, items, recipient_class, recipients,
                        actions, sensitive, provide, notice_id, notice_version, notice_hash, evidence_hash,
                        effective_at, valid_from, valid_to)
            on conflict (consent_id, sequence) do nothing
        """;

    internal const string EventsSql = """
        select person_key, consent_id, sequence, type, capacity, purposes, items, recipient_class, recipients, actions,
               sensitive, provide, notice_id, notice_version, notice_hash, evidence_hash, effective_at, valid_from,
               valid_to
          from consent.event
         where person_key = any ($1)
         order by consent_id, sequence
        """;

    public static async Task Append(
        HubTransaction work, IReadOnlyList<(Guid PersonKey, ConsentEvent Event)> told, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (told.Count > 0)
            await work.Execute(AppendSql, [.. Columns(told), Parameter.Instant(now)], cancellationToken);
    }

    /// <summary>All events of these people; who has none is left out.</summary>
    public static async Task<Dictionary<Guid, IReadOnlyList<ConsentEvent>>> EventsOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            EventsSql, [Parameter.As(people.ToArray())],
            row => (PersonKey: row.GetGuid(0), Event: Read(row)), cancellationToken);
        return rows
            .GroupBy(row => row.PersonKey, row => row.Event)
            .ToDictionary(person => person.Key, IReadOnlyList<ConsentEvent> (person) => [.. person]);
    }

    private static NpgsqlParameter[] Columns(IReadOnlyList<(Guid PersonKey, ConsentEvent Event)> told) =>
    [
        Parameter.Column(told, one => one.Event.ConsentId, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.Sequence, NpgsqlDbType.Integer),
        Parameter.Column(told, one => one.PersonKey, NpgsqlDbType.Uuid),
        Parameter.Column(told, one => one.Event.Type.ToString(), NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.Capacity.ToString(), NpgsqlDbType.Text),
        Parameter.Column(told, one => JsonSerializer.Serialize(one.Event.Purposes), NpgsqlDbType.Jsonb),
        Parameter.Column(told, one => JsonSerializer.Serialize(one.Event.Items), NpgsqlDbType.Jsonb),
        Parameter.Column(told, one => one.Event.RecipientClass, NpgsqlDbType.Text),
        Parameter.Column(told, one => JsonSerializer.Serialize(one.Event.Recipients), NpgsqlDbType.Jsonb),
        Parameter.Column(told, one => JsonSerializer.Serialize(one.Event.Actions), NpgsqlDbType.Jsonb),
        Parameter.Column(told, one => one.Event.Sensitive, NpgsqlDbType.Boolean),
        Parameter.Column(told, one => one.Event.Provide, NpgsqlDbType.Boolean),
        Parameter.Column(told, one => one.Event.NoticeId, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.NoticeVersion, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.NoticeHash, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.EvidenceHash, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.EffectiveAt.ToUniversalTime(), NpgsqlDbType.TimestampTz),
        Parameter.Column(told, one => one.Event.ValidFrom, NpgsqlDbType.Date),
        Parameter.Column(told, one => one.Event.ValidTo, NpgsqlDbType.Date),
    ];

    private static ConsentEvent Read(NpgsqlDataReader row) => new()
    {
        ConsentId = row.GetString(1),
        Sequence = row.GetInt32(2),
        Type = Enum.Parse<ConsentEventType>(row.GetString(3)),
        Capacity = Enum.Parse<ConsentCapacity>(row.GetString(4)),
        Purposes = row.GetFieldValue<string[]>(5),
        Items = row.GetFieldValue<string[]>(6),
        RecipientClass = row.TextOrNull(7),
        Recipients = row.GetFieldValue<string[]>(8),
        Actions = row.GetFieldValue<string[]>(9),
        Sensitive = row.GetBoolean(10),
        Provide = row.GetBoolean(11),
        NoticeId = row.TextOrNull(12),
        NoticeVersion = row.TextOrNull(13),
        NoticeHash = row.TextOrNull(14),
        EvidenceHash = row.TextOrNull(15),
        EffectiveAt = row.GetFieldValue<DateTimeOffset>(16),
        ValidFrom = row.ValueOrNull<DateOnly>(17),
        ValidTo = row.ValueOrNull<DateOnly>(18),
    };
}
