using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Referrals;

/// <summary>
/// A need as it comes out of a chunk: the record, the person it was found to be about, and its words sealed.
/// </summary>
public sealed record NeedToApply(Guid SourceKey, long Version, Guid PersonKey, NeedRecord Need, byte[] Sealed);

/// <summary>A need as the hub keeps it, without its words (R11: the unit of a referral).</summary>
public sealed record KnownNeed
{
    public required Guid NeedId { get; init; }
    public required Guid SourceKey
    {
        get;
        init
        {
            field = value;
            ReferralId = DerivedId.Of(value, "referral"); // once: routing asks for it many times
        }
    }
    public required string NeedRef { get; init; }
    public required Guid PersonKey { get; init; }
    public string? HouseholdRef { get; init; }
    public required string Kind { get; init; }
    public required string Hardship { get; init; }
    public decimal? Amount { get; init; }
    public required string Ground { get; init; }
    public required string GovAidStatus { get; init; }
    public required string Division { get; init; }
    public string? Channel { get; init; }
    public DateOnly? OpenedOn { get; init; }
    public string? VerificationRef { get; init; }
    public DateOnly? ExpiresOn { get; init; }
    public required string Status { get; init; }
    public required string Priority { get; init; }

    /// <summary>What decides who it is for, as the source said it.</summary>
    public NeedCircumstances Circumstances { get; init; } = new();

    /// <summary>The id its referral has or will have.</summary>
    public Guid ReferralId { get; private init; }

    /// <summary>True if it can still be met on this day; the day it expires on is inside.</summary>
    public bool IsOpenOn(DateOnly day) => Status == NeedBook.Open && !(ExpiresOn < day);
}

/// <summary>A need that is open, and the state of its referral, if it has one.</summary>
public sealed record OpenNeed(Guid NeedId, Guid PersonKey, string Kind, string Division, string? Referral)
{
    private const int CountyDigits = 6;

    /// <summary>
    /// True if another county asks for the same: of one person and kind, and not the same county's second need (R11).
    /// </summary>
    public bool IsDoubleOf(KnownNeed other) => NeedId != other.NeedId
        && Kind == other.Kind
        && !Division.AsSpan(0, Math.Min(CountyDigits, Division.Length))
            .SequenceEqual(other.Division.AsSpan(0, Math.Min(CountyDigits, other.Division.Length)));

    /// <summary>
    /// Which of two doubles is referred: the one an organisation has or has met, else the lower id, unless that one found
    /// no organisation.
    /// </summary>
    public bool GoesBefore(KnownNeed other) =>
        Referral is ReferralState.Completed
        || (Referral is { } state && ReferralStates.HasOrganisation(state))
        || (Referral is not ReferralState.Ready && NeedId.CompareTo(other.NeedId) < 0);
}

/// <summary>The needs of people. Applying a record again, or an older one, changes nothing.</summary>
public static class NeedBook
{
    internal const string Open = "OPEN";
    internal const string NormalPriority = "NORMAL";
    internal const string UrgentPriority = "URGENT";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private const string Columns = """
        n.need_id, n.source_key, n.need_ref, n.person_key, n.household_ref, n.kind, n.hardship, n.amount, n.ground,
        n.gov_aid_status, n.division, n.verification_ref, n.expires_on, n.status, n.priority, n.channel, n.opened_on,
        n.circumstances
        """;

    internal const string ApplySql = """
        insert into referrals.need as known (
               need_id, source_key, need_ref, person_key, household_ref, kind, hardship, amount, ground, gov_aid_status,
               division, channel, verification_ref, opened_on, expires_on, status, priority, sealed, version,
               circumstances, queued_on)
        select told.*, coalesce(told.opened_on, (to_timestamp(told.version / 1000.0) at time zone 'Asia/Shanghai')::date)
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::numeric[],
                      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::date[], $15::date[],
                      $16::text[], $17::text[], $18::bytea[], $19::bigint[], $20::jsonb[])
               as told (need_id, source_key, need_ref, person_key, household_ref, kind, hardship, amount, ground, gov_aid_status,
                        division, channel, verification_ref, opened_on, expires_on, status, priority, sealed, version,
                        circumstances)
            on conflict (source_key) do update
           set need_ref         = excluded.need_ref
             , person_key       = excluded.person_key
             , household_ref    = excluded.household_ref
             , kind             = excluded.kind
             , hardship         = excluded.hardship
             , amount           = excluded.amount
             , ground           = excluded.ground
             , gov_aid_status   = excluded.gov_aid_status
             , division         = excluded.division
             , channel          = excluded.channel
             , verification_ref = excluded.verification_ref
             , opened_on        = excluded.opened_on
             , expires_on       = excluded.expires_on
             , status           = excluded.status
             , sealed           = excluded.sealed
             , version          = excluded.version
             , circumstances    = excluded.circumstances
         where excluded.version > known.version
        """;

    internal const string EndSql = """
        update referrals.need
           set status = 'CLOSED'
         where source_key = any ($1)
           and status = 'OPEN'
        """;

    // Both lines in the order of their turn, each from its own place on; those before an organisation are looked at too.
    // Only places: most of what a line could give is not taken, and a whole need is much to read.
    internal const string ToRouteSql = """
        (select n.need_id, n.goes_first, n.queued_on
           from referrals.need n
           left join referrals.referral r on r.need_id = n.need_id
          where n.goes_first
            and (n.queued_on, n.need_id) > ($1::date, $2::uuid)
            and (   (r.referral_id is null and n.status = 'OPEN')
                 or r.state not in ('COMPLETED', 'CANCELLED', 'WITHDRAWN', 'SUPERSEDED', 'ENTERED_IN_ERROR'))
          order by n.queued_on, n.need_id
          limit $5)
        union all
        (select n.need_id, n.goes_first, n.queued_on
           from referrals.need n
           left join referrals.referral r on r.need_id = n.need_id
          where not n.goes_first
            and (n.queued_on, n.need_id) > ($3::date, $4::uuid)
            and (   (r.referral_id is null and n.status = 'OPEN')
                 or r.state not in ('COMPLETED', 'CANCELLED', 'WITHDRAWN', 'SUPERSEDED', 'ENTERED_IN_ERROR'))
          order by n.queued_on, n.need_id
          limit $5)
        """;

    // Only what is waiting and what the policy says otherwise about now.
    internal const string QueueSql = """
        update referrals.need n
           set priority   = told.priority
             , goes_first = told.goes_first
          from (select need_id
                     , case when hardship = any ($1) then 'URGENT' else 'NORMAL' end as priority
                     , hardship = any ($1) or queued_on <= $2 as goes_first
                  from referrals.need
                 where status = 'OPEN') told
         where told.need_id = n.need_id
           and (n.priority, n.goes_first) is distinct from (told.priority, told.goes_first)
        """;

    internal const string UnderWayOfSql = $"""
        select {Columns}
          from referrals.need n
          join referrals.referral r on r.need_id = n.need_id
         where n.person_key = any ($1)
           and r.state not in ('COMPLETED', 'CANCELLED', 'WITHDRAWN', 'SUPERSEDED', 'ENTERED_IN_ERROR')
         order by n.need_id
        """;

    internal const string PeopleWithOrganisationSql = """
        select distinct n.person_key
          from referrals.need n
          join referrals.referral r on r.need_id = n.need_id
         where n.person_key = any ($1)
           and r.state in ('OFFERED', 'ACCEPTED', 'RELEASED', 'IN_PROGRESS', 'ON_HOLD', 'AIDED_PARTIAL')
        """;

    internal const string PeopleOfHouseholdsSql = """
        select distinct person_key
          from referrals.need
         where household_ref = any ($1)
        """;

    internal const string ByIdSql = $"""
        select {Columns}
          from referrals.need n
         where n.need_id = any ($1)
        """;

    internal const string OpenOfSql = """
        select n.need_id, n.person_key, n.kind, n.division, r.state
          from referrals.need n
          left join referrals.referral r on r.need_id = n.need_id
         where n.person_key = any ($1)
           and n.status = 'OPEN'
        """;

    internal const string SealedSql = """
        select sealed
          from referrals.need
         where need_id = $1
        """;

    public static async Task Apply(
        HubTransaction work, IReadOnlyList<NeedToApply> needs, CancellationToken cancellationToken)
    {
        // A statement may touch a row once: of several states of one need the newest goes.
        var newest = needs.OrderByDescending(need => need.Version).DistinctBy(need => need.SourceKey).ToList();
        if (newest.Count > 0)
            await work.Execute(ApplySql, ColumnsOf(newest), cancellationToken);
    }

    /// <summary>
    /// Closes the needs that their source stopped sending; the next routing cancels what hangs on them.
    /// </summary>
    public static Task End(
        HubTransaction work, IReadOnlyCollection<Guid> sourceKeys, CancellationToken cancellationToken) =>
        work.Execute(EndSql, [Parameter.As(sourceKeys.ToArray())], cancellationToken);

    /// <summary>These needs by id; unknown ids are left out.</summary>
    public static async Task<Dictionary<Guid, KnownNeed>> Load(
        HubTransaction work, IReadOnlyCollection<Guid> needs, CancellationToken cancellationToken) =>
        (await work.Query(ByIdSql, [Parameter.As(needs.ToArray())], Read, cancellationToken))
        .ToDictionary(need => need.NeedId);

    /// <summary>Puts the open needs in line by the policy: who is urgent, and who has waited long (R05).</summary>
    internal static Task Queue(HubTransaction work, PolicyPack policy, DateOnly day, CancellationToken cancellationToken) =>
        work.Execute(
            QueueSql,
            [Parameter.As(policy.UrgentHardships.ToArray()), Parameter.Date(day.AddDays(-RoutingTurns.DaysToTheFirstLine))],
            cancellationToken);

    /// <summary>
    /// The next needs about which anything can still be decided, in the order of their turn, and where both lines go on.
    /// </summary>
    internal static async Task<(IReadOnlyList<KnownNeed> Needs, QueuePlace First, QueuePlace Others)> ToRoute(
        HubTransaction work, QueuePlace first, QueuePlace others, int firstOfTen, int limit, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            ToRouteSql,
            [
                Parameter.Date(first.QueuedOn), Parameter.As(first.NeedId), Parameter.Date(others.QueuedOn),
                Parameter.As(others.NeedId), Parameter.As(limit),
            ],
            row => (Place: new QueuePlace(row.GetFieldValue<DateOnly>(2), row.GetGuid(0)), GoesFirst: row.GetBoolean(1)), cancellationToken);
        var lines = rows.ToLookup(row => row.GoesFirst);
        var taken = RoutingTurns.Take([.. lines[true]], [.. lines[false]], firstOfTen, limit);
        var needs = await Load(work, [.. taken.Select(row => row.Place.NeedId)], cancellationToken);
        return ([.. taken.Select(row => needs[row.Place.NeedId])], PlaceAfter(true, first), PlaceAfter(false, others));

        QueuePlace PlaceAfter(bool goesFirst, QueuePlace before) =>
            taken.Where(row => row.GoesFirst == goesFirst).Select(row => row.Place).LastOrDefault(before);
    }

    /// <summary>
    /// The needs of these people whose referral is under way; a need that was never routed waits for its run, which first
    /// finds out who is who.
    /// </summary>
    internal static Task<List<KnownNeed>> UnderWayOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(UnderWayOfSql, [Parameter.As(people.ToArray())], Read, cancellationToken);

    /// <summary>Those of these people of whom an organisation holds a need.</summary>
    internal static async Task<HashSet<Guid>> PeopleWithOrganisation(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
    [
        .. await work.Query(
            PeopleWithOrganisationSql, [Parameter.As(people.ToArray())], row => row.GetGuid(0), cancellationToken),
    ];

    /// <summary>Those who have or had a need in these households.</summary>
    internal static Task<List<Guid>> PeopleOfHouseholds(
        HubTransaction work, IReadOnlyCollection<string> households, CancellationToken cancellationToken) =>
        work.Query(
            PeopleOfHouseholdsSql, [Parameter.As(households.ToArray())], row => row.GetGuid(0), cancellationToken);

    /// <summary>The open needs of these people.</summary>
    internal static Task<List<OpenNeed>> OpenOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(
            OpenOfSql, [Parameter.As(people.ToArray())],
            row => new OpenNeed(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.TextOrNull(4)),
            cancellationToken);

    internal static async Task<byte[]> Sealed(HubTransaction work, Guid needId, CancellationToken cancellationToken) =>
        (await work.Query(
            SealedSql, [Parameter.As(needId)], row => row.GetFieldValue<byte[]>(0), cancellationToken)).Single();

    // The priority follows from the policy, which routing knows (R05).
    private static NpgsqlParameter[] ColumnsOf(IReadOnlyList<NeedToApply> needs) =>
    [
        Parameter.Column(needs, need => DerivedId.Of(need.SourceKey, "need"), NpgsqlDbType.Uuid),
        Parameter.Column(needs, need => need.SourceKey, NpgsqlDbType.Uuid),
        Parameter.Column(needs, need => need.Need.NeedRef, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.PersonKey, NpgsqlDbType.Uuid),
        Parameter.Column(needs, need => need.Need.HouseholdRef, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.Kind, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.Hardship, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.Amount, NpgsqlDbType.Numeric),
        Parameter.Column(needs, need => need.Need.Ground, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.GovAidStatus, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.Division, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.Channel, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.VerificationRef, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Need.OpenedOn, NpgsqlDbType.Date),
        Parameter.Column(needs, need => need.Need.ExpiresOn, NpgsqlDbType.Date),
        Parameter.Column(needs, need => need.Need.Status, NpgsqlDbType.Text),
        Parameter.Column(needs, _ => NormalPriority, NpgsqlDbType.Text),
        Parameter.Column(needs, need => need.Sealed, NpgsqlDbType.Bytea),
        Parameter.Column(needs, need => need.Version, NpgsqlDbType.Bigint),
        Parameter.Column(needs, need => JsonSerializer.Serialize(need.Need.Circumstances, s_json), NpgsqlDbType.Jsonb),
    ];

    private static KnownNeed Read(NpgsqlDataReader row) => new()
    {
        NeedId = row.GetGuid(0),
        SourceKey = row.GetGuid(1),
        NeedRef = row.GetString(2),
        PersonKey = row.GetGuid(3),
        HouseholdRef = row.TextOrNull(4),
        Kind = row.GetString(5),
        Hardship = row.GetString(6),
        Amount = row.ValueOrNull<decimal>(7),
        Ground = row.GetString(8),
        GovAidStatus = row.GetString(9),
        Division = row.GetString(10),
        VerificationRef = row.TextOrNull(11),
        ExpiresOn = row.ValueOrNull<DateOnly>(12),
        Status = row.GetString(13),
        Priority = row.GetString(14),
        Channel = row.GetString(15),
        OpenedOn = row.ValueOrNull<DateOnly>(16),
        Circumstances = JsonSerializer.Deserialize<NeedCircumstances>(row.GetString(17), s_json)!, // never null in the database
    };
}
