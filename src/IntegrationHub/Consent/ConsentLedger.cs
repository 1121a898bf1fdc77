using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Consent;

/// <summary>
/// The ledger of consent events. It only grows: a repeated event finds its place taken and changes nothing, the same
/// event told otherwise stands beside it as a contradiction, and what a consent covers is never stored but folded
/// (<see cref="ConsentFold"/>).
/// </summary>
public static class ConsentLedger
{
    // In key order, so that two transactions never wait for each other.
    internal const string HeadSql = """
        insert into consent.head as known (person_key, changed_at)
        select person_key, $2::timestamptz
          from unnest($1::uuid[]) as told (person_key)
         order by person_key
            on conflict (person_key) do update
           set changed_at = greatest(known.changed_at, excluded.changed_at)
        """;

    internal const string HoldSql = """
        select person_key
          from consent.head
         where person_key = any ($1)
         order by person_key
           for share
        """;

    // Lists travel as JSON text: an array of arrays would come out of unnest flattened.
    internal const string AppendSql = """
        insert into consent.event (
               consent_id, sequence, person_key, type, capacity, purposes, items, recipient_class, recipients, actions,
               sensitive, provide, notice_id, notice_version, notice_hash, evidence_hash, effective_at, valid_from,
               valid_to, method, given_by, capacity_evidence, lawful_basis, content_hash, origin, recorded_at)
        select told.consent_id, told.sequence, told.person_key, told.type, told.capacity
             , array(select jsonb_array_elements_text(told.purposes))
             , array(select jsonb_array_elements_text(told.items))
             , told.recipient_class
             , array(select jsonb_array_elements_text(told.recipients))
             , array(select jsonb_array_elements_text(told.actions))
             , told.sensitive, told.provide, told.notice_id, told.notice_version, told.notice_hash, told.evidence_hash
             , told.effective_at, told.valid_from, told.valid_to, told.method, told.given_by, told.capacity_evidence
             , told.lawful_basis, told.content_hash, $25::text, $26::timestamptz
          from unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[],
                      $9::jsonb[], $10::jsonb[], $11::boolean[], $12::boolean[], $13::text[], $14::text[], $15::text[],
                      $16::text[], $17::timestamptz[], $18::date[], $19::date[], $20::text[], $21::uuid[], $22::text[],
                      $23::text[], $24::uuid[])
               with ordinality
               as told (consent_id, sequence, person_key, type, capacity, purposes, items, recipient_class, recipients,
                        actions, sensitive, provide, notice_id, notice_version, notice_hash, evidence_hash,
                        effective_at, valid_from, valid_to, method, given_by, capacity_evidence, lawful_basis,
                        content_hash, place)
         order by told.place
            on conflict do nothing
        returning consent_id, sequence, person_key, content_hash
        """;

    private const string Columns = """
        e.person_key, e.consent_id, e.sequence, e.type, e.capacity, e.purposes, e.items, e.recipient_class,
        e.recipients, e.actions, e.sensitive, e.provide, e.notice_id, e.notice_version, e.notice_hash, e.evidence_hash,
        e.effective_at, e.valid_from, e.valid_to, e.method, e.given_by, e.capacity_evidence, e.lawful_basis, e.number,
        e.origin, e.recorded_at
        """;

    internal const string EventsSql = $"""
        select {Columns}
             , other.people, other.since
          from consent.event e
          left join lateral (
                  select array_agg(told.person_key) as people, array_agg(told.since) as since
                    from (select o.person_key, min(o.recorded_at) as since
                            from consent.event o
                           where o.consent_id = e.consent_id
                             and o.person_key <> e.person_key
                           group by o.person_key) told) other on true
         where e.person_key = any ($1)
         order by e.consent_id, e.sequence, e.number
        """;

    internal const string OwnersSql = """
        select distinct person_key
          from consent.event
         where consent_id = $1
        """;

    // Grants that may have come to their end by now and that nobody has ended in the ledger.
    internal const string MayBeDueSql = """
        select e.person_key, e.number
          from consent.event e
         where e.number > $1
           and e.type in ('Given', 'Narrowed', 'Renewed')
           and (e.valid_to < $2 or (e.capacity = 'Guardian' and e.capacity_evidence is null))
           and not exists (select
                             from consent.event later
                            where later.consent_id = e.consent_id
                              and later.person_key = e.person_key
                              and later.sequence >= e.sequence
                              and later.type in ('Withdrawn', 'Expired', 'Invalidated', 'GuardianLapsed'))
         order by e.number
         limit $3
        """;

    internal const string ContradictedSql = """
        select consent_id, sequence
          from consent.event
         where consent_id = any ($1)
           and origin <> 'CLOCK'
         group by consent_id, sequence
        having count(distinct (person_key, content_hash)) > 1
        """;

    /// <summary>Appends what a source told; returns what was new, in order.</summary>
    public static Task<IReadOnlyList<(Guid PersonKey, ConsentEvent Event)>> Append(
        HubTransaction work, IReadOnlyList<(Guid PersonKey, ConsentEvent Event)> told, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        Append(work, told, ConsentOrigin.Source, now, cancellationToken);

    /// <summary>Appends events and returns those that were new, in order.</summary>
    public static async Task<IReadOnlyList<(Guid PersonKey, ConsentEvent Event)>> Append(
        HubTransaction work, IReadOnlyList<(Guid PersonKey, ConsentEvent Event)> told, string origin,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return [];
        await Lock(work, [.. told.Select(one => one.PersonKey).Distinct()], now, cancellationToken);
        var hashed = told.Select(one => (one.PersonKey, one.Event, Hash: HashOf(one.Event))).ToList();
        var added = await work.Query(
            AppendSql, [.. ColumnsOf(hashed), Parameter.Text(origin), Parameter.Instant(now)],
            row => (row.GetString(0), row.GetInt32(1), row.GetGuid(2), row.GetGuid(3)), cancellationToken);
        var isNew = added.ToHashSet();
        return
        [
            .. hashed
                .Where(one => isNew.Remove((one.Event.ConsentId, one.Event.Sequence, one.PersonKey, one.Hash)))
                .Select(one => (one.PersonKey, one.Event)),
        ];
    }

    /// <summary>Takes these people's ledgers for writing, one writer after the other, until the transaction ends.</summary>
    public static Task Lock(
        HubTransaction work, IReadOnlyCollection<Guid> people, DateTimeOffset now,
        CancellationToken cancellationToken) => work.Execute(
        HeadSql, [Parameter.As(people.ToArray()), Parameter.Instant(now)], cancellationToken);

    /// <summary>Whose consents the passing of time may have ended, by the number of a grant of theirs.</summary>
    public static Task<List<(Guid PersonKey, long Number)>> MayBeDue(
        HubTransaction work, long after, DateOnly day, int limit, CancellationToken cancellationToken) => work.Query(
        MayBeDueSql, [Parameter.As(after), Parameter.Date(day), Parameter.As(limit)],
        row => (row.GetGuid(0), row.GetInt64(1)), cancellationToken);

    /// <summary>
    /// Holds these people's ledgers as they are until the transaction ends: what is appended meanwhile waits, so that a
    /// release and a withdrawal are always one before the other.
    /// </summary>
    public static Task Hold(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(HoldSql, [Parameter.As(people.ToArray())], row => row.GetGuid(0), cancellationToken);

    /// <summary>All that is on record about these people's consents.</summary>
    public static async Task<ConsentBook> EventsOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        new(await work.Query(EventsSql, [Parameter.As(people.ToArray())], Read, cancellationToken));

    /// <summary>Whose consent this is; more than one where a source told it of two people.</summary>
    public static Task<List<Guid>> OwnersOf(
        HubTransaction work, string consentId, CancellationToken cancellationToken) =>
        work.Query(OwnersSql, [Parameter.Text(consentId)], row => row.GetGuid(0), cancellationToken);

    /// <summary>The sequences of these consents that were told in more than one way.</summary>
    public static async Task<HashSet<(string ConsentId, int Sequence)>> Contradicted(
        HubTransaction work, IReadOnlyCollection<string> consents, CancellationToken cancellationToken) =>
        [
            .. await work.Query(
                ContradictedSql, [Parameter.As(consents.ToArray())], row => (row.GetString(0), row.GetInt32(1)),
                cancellationToken),
        ];

    /// <summary>Two tellings with one hash are one event; instants as PostgreSQL keeps them.</summary>
    internal static Guid HashOf(ConsentEvent told)
    {
        var ticks = told.EffectiveAt.UtcTicks;
        var stored = told with
        {
            EffectiveAt = new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        };
        return new Guid(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(stored)).AsSpan(0, 16), bigEndian: true);
    }

    private static NpgsqlParameter[] ColumnsOf(
        IReadOnlyList<(Guid PersonKey, ConsentEvent Event, Guid Hash)> told) =>
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
        Parameter.Column(told, one => one.Event.Method, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.GivenBy, NpgsqlDbType.Uuid),
        Parameter.Column(told, one => one.Event.CapacityEvidence, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Event.LawfulBasis, NpgsqlDbType.Text),
        Parameter.Column(told, one => one.Hash, NpgsqlDbType.Uuid),
    ];

    internal static LedgerEntry Read(NpgsqlDataReader row) => new()
    {
        PersonKey = row.GetGuid(0),
        Event = new ConsentEvent
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
            Method = row.TextOrNull(19),
            GivenBy = row.ValueOrNull<Guid>(20),
            CapacityEvidence = row.TextOrNull(21),
            LawfulBasis = row.GetString(22),
        },
        Number = row.GetInt64(23),
        Origin = row.GetString(24),
        RecordedAt = row.GetFieldValue<DateTimeOffset>(25),
        ToldOfOthers = row.IsDBNull(26) ? [] : [.. row.GetFieldValue<Guid[]>(26).Zip(row.GetFieldValue<DateTimeOffset[]>(27))],
    };
}
