using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Referrals;

/// <summary>
/// A referral was changed by someone else between reading and writing. Nothing was written; the work can be done again.
/// </summary>
public sealed class ReferralMovedException()
    : Exception("A referral was changed by another transaction; its version is no longer the one that was read.");

/// <summary>
/// Referrals, their attempts and the history of both. A change is written only onto the version it was decided on.
/// </summary>
public static class ReferralStore
{
    private const string Columns =
        "referral_id, need_id, state, version, attempt, uscc, reason, expires_at, changed_at";

    internal const string OfNeedsSql = $"""
        select {Columns}
          from referrals.referral
         where need_id = any ($1)
         order by referral_id
           for update
        """;

    internal const string LockSql = $"""
        select {Columns}
          from referrals.referral
         where referral_id = $1
           for update
        """;

    internal const string ByIdSql = $"""
        select {Columns}
          from referrals.referral
         where referral_id = any ($1)
        """;

    internal const string AcceptedBySql = """
        select referral_id, attempt
          from referrals.referral
         where uscc = $1
           and state = 'ACCEPTED'
         order by referral_id
        """;

    internal const string TriedSql = """
        select referral_id, uscc
          from referrals.attempt
         where referral_id = any ($1)
        """;

    internal const string AttemptsOfSql = """
        select referral_id, attempt, uscc, state, offered_at, expires_at, reason
          from referrals.attempt
         where referral_id = $1
           and uscc = $2
         order by attempt
        """;

    internal const string BeginSql = """
        insert into referrals.referral (
               referral_id, need_id, state, version, attempt, uscc, reason, expires_at, changed_at)
        select told.*, $9::timestamptz
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::int[], $6::text[], $7::text[],
                      $8::timestamptz[])
               as told
        """;

    internal const string MoveSql = """
        update referrals.referral as known
           set state      = told.state
             , version    = told.version
             , attempt    = told.attempt
             , uscc       = told.uscc
             , reason     = told.reason
             , expires_at = told.expires_at
             , changed_at = $9::timestamptz
          from unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::text[], $7::text[],
                      $8::timestamptz[])
               as told (referral_id, expected, state, version, attempt, uscc, reason, expires_at)
         where known.referral_id = told.referral_id
           and known.version = told.expected
        """;

    internal const string OfferSql = """
        insert into referrals.attempt (referral_id, attempt, need_id, uscc, state, offered_at, expires_at)
        select told.referral_id, told.attempt, told.need_id, told.uscc, 'OFFERED', $6::timestamptz, told.expires_at
          from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::timestamptz[])
               as told (referral_id, attempt, need_id, uscc, expires_at)
        """;

    internal const string EndAttemptSql = """
        update referrals.attempt as known
           set state       = told.state
             , reason      = told.reason
             , answered_at = coalesce(known.answered_at, $5::timestamptz)
          from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) as told (referral_id, attempt, state, reason)
         where known.referral_id = told.referral_id
           and known.attempt = told.attempt
        """;

    internal const string NoteSql = """
        insert into referrals.transition (referral_id, attempt, state, uscc, actor, reason, at)
        select told.referral_id, told.attempt, told.state, told.uscc, told.actor, told.reason, $7::timestamptz
          from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
               with ordinality
               as told (referral_id, attempt, state, uscc, actor, reason, number)
         order by told.number
        """;

    internal const string OffersSql = """
        select t.referral_id, t.attempt, t.uscc, t.state, t.offered_at, t.expires_at, t.reason, r.need_id, r.state,
               r.version
          from referrals.attempt t
          join referrals.referral r on r.referral_id = t.referral_id and r.attempt = t.attempt
         where t.uscc = $1
           and r.state in ('OFFERED', 'ACCEPTED', 'RELEASED', 'IN_PROGRESS', 'ON_HOLD', 'AIDED_PARTIAL')
           and (t.offered_at, t.referral_id) > ($2, $3)
         order by t.offered_at, t.referral_id
         limit $4
        """;

    /// <summary>One referral, locked until the transaction ends: answers, claims and routing of it queue up.</summary>
    public static async Task<Referral?> Lock(
        HubTransaction work, Guid referralId, CancellationToken cancellationToken) =>
        (await work.Query(LockSql, [Parameter.As(referralId)], Read, cancellationToken)).SingleOrDefault();

    /// <summary>What this organisation has accepted and not been given yet, in the order of locking.</summary>
    internal static Task<List<(Guid ReferralId, int Attempt)>> AcceptedBy(
        HubTransaction work, string uscc, CancellationToken cancellationToken) =>
        work.Query(AcceptedBySql, [Parameter.Text(uscc)], row => (row.GetGuid(0), row.GetInt32(1)), cancellationToken);

    /// <summary>These referrals by id, as they stand and not locked.</summary>
    internal static async Task<Dictionary<Guid, Referral>> Find(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        (await work.Query(ByIdSql, [Parameter.As(referrals.ToArray())], Read, cancellationToken))
            .ToDictionary(referral => referral.ReferralId);

    /// <summary>The referrals of these needs by need id, locked in one order.</summary>
    internal static async Task<Dictionary<Guid, Referral>> OfNeeds(
        HubTransaction work, IReadOnlyCollection<Guid> needs, CancellationToken cancellationToken) =>
        (await work.Query(OfNeedsSql, [Parameter.As(needs.ToArray())], Read, cancellationToken))
            .ToDictionary(referral => referral.NeedId);

    /// <summary>Organisations each of these referrals was ever offered to.</summary>
    internal static async Task<ILookup<Guid, string>> Tried(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        (await work.Query(
            TriedSql, [Parameter.As(referrals.ToArray())], row => (row.GetGuid(0), row.GetString(1)),
            cancellationToken))
            .ToLookup(row => row.Item1, row => row.Item2);

    /// <summary>The attempts of a referral that were made at one organisation.</summary>
    internal static Task<List<ReferralAttempt>> AttemptsOf(
        HubTransaction work, Guid referralId, string uscc, CancellationToken cancellationToken) =>
        work.Query(AttemptsOfSql, [Parameter.As(referralId), Parameter.Text(uscc)], ReadAttempt, cancellationToken);

    /// <summary>What is with an organisation now, oldest offer first, after a position in that order.</summary>
    internal static Task<List<(ReferralAttempt Attempt, Guid NeedId, string State, int Version)>> With(
        HubTransaction work, string uscc, DateTimeOffset afterOfferedAt, Guid afterReferralId, int limit,
        CancellationToken cancellationToken) => work.Query(
        OffersSql,
        [
            Parameter.Text(uscc), Parameter.Instant(afterOfferedAt), Parameter.As(afterReferralId), Parameter.As(limit),
        ],
        row => (ReadAttempt(row), row.GetGuid(7), row.GetString(8), row.GetInt32(9)), cancellationToken);

    /// <summary>
    /// Writes the changes, or throws and writes none: all steps are in the table of states and all versions still
    /// stand.
    /// </summary>
    internal static async Task Save(
        HubTransaction work, IReadOnlyList<ReferralChange> changes, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        foreach (var change in changes)
            Check(change);
        await Begin(work, [.. changes.Where(change => change.From is null)], now, cancellationToken);
        await Move(work, [.. changes.Where(change => change.From is not null)], now, cancellationToken);

        var steps = changes.SelectMany(change => change.Steps, (change, step) => (change, step)).ToList();
        await EndAttempts(work, steps, now, cancellationToken);
        await Offer(work, [.. steps.Where(one => one.step.State == ReferralState.Offered)], now, cancellationToken);
        await Note(work, steps, now, cancellationToken);
    }

    private static void Check(ReferralChange change)
    {
        var state = change.From?.State;
        foreach (var step in change.Steps)
        {
            var isLegal = state is null
                ? ReferralStates.MayBegin(step.State)
                : ReferralStates.Allows(state, step.State, step.Mover);
            if (!isLegal)
                throw new InvalidOperationException(
                    $"A referral does not go from {state ?? "nothing"} to {step.State} by {step.Mover}.");
            state = step.State;
        }
    }

    private static Task Begin(
        HubTransaction work, IReadOnlyList<ReferralChange> changes, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        changes.Count == 0 ? Task.CompletedTask : work.Execute(
            BeginSql,
            [
                Parameter.Column(changes, change => change.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(changes, change => change.NeedId, NpgsqlDbType.Uuid),
                Parameter.Column(changes, change => change.Steps[^1].State, NpgsqlDbType.Text),
                Parameter.Column(changes, change => change.VersionAfter, NpgsqlDbType.Integer),
                .. Ends(changes),
                Parameter.Instant(now),
            ],
            cancellationToken);

    private static async Task Move(
        HubTransaction work, IReadOnlyList<ReferralChange> changes, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
            return;
        var moved = await work.Execute(
            MoveSql,
            [
                Parameter.Column(changes, change => change.ReferralId, NpgsqlDbType.Uuid),
                // Only changes of known referrals come here.
                Parameter.Column(changes, change => change.From!.Version, NpgsqlDbType.Integer),
                Parameter.Column(changes, change => change.Steps[^1].State, NpgsqlDbType.Text),
                Parameter.Column(changes, change => change.VersionAfter, NpgsqlDbType.Integer),
                .. Ends(changes),
                Parameter.Instant(now),
            ],
            cancellationToken);
        if (moved != changes.Count)
            throw new ReferralMovedException();
    }

    // What a referral's own row says of its last step.
    private static NpgsqlParameter[] Ends(IReadOnlyList<ReferralChange> changes) =>
    [
        Parameter.Column(changes, change => change.Steps[^1].Attempt, NpgsqlDbType.Integer),
        Parameter.Column(changes, change => change.Steps[^1].Uscc, NpgsqlDbType.Text),
        Parameter.Column(changes, change => change.Steps[^1].Reason, NpgsqlDbType.Text),
        Parameter.Column(changes, change => change.Steps[^1].ExpiresAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
    ];

    private static Task Offer(
        HubTransaction work, IReadOnlyList<(ReferralChange Change, ReferralStep Step)> offers, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        offers.Count == 0 ? Task.CompletedTask : work.Execute(
            OfferSql,
            [
                Parameter.Column(offers, offer => offer.Change.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(offers, offer => offer.Step.Attempt, NpgsqlDbType.Integer),
                Parameter.Column(offers, offer => offer.Change.NeedId, NpgsqlDbType.Uuid),
                Parameter.Column(offers, offer => offer.Step.Uscc, NpgsqlDbType.Text),
                Parameter.Column(offers, offer => offer.Step.ExpiresAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Parameter.Instant(now),
            ],
            cancellationToken);

    private static Task EndAttempts(
        HubTransaction work, IEnumerable<(ReferralChange Change, ReferralStep Step)> steps, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ends = steps.Where(one => one.Step.AttemptState is not null).ToList();
        return ends.Count == 0 ? Task.CompletedTask : work.Execute(
            EndAttemptSql,
            [
                Parameter.Column(ends, end => end.Change.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(ends, end => end.Step.Attempt, NpgsqlDbType.Integer),
                Parameter.Column(ends, end => end.Step.AttemptState, NpgsqlDbType.Text),
                Parameter.Column(ends, end => end.Step.Reason, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            cancellationToken);
    }

    private static Task Note(
        HubTransaction work, IReadOnlyList<(ReferralChange Change, ReferralStep Step)> steps, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        steps.Count == 0 ? Task.CompletedTask : work.Execute(
            NoteSql,
            [
                Parameter.Column(steps, one => one.Change.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(steps, one => one.Step.Attempt, NpgsqlDbType.Integer),
                Parameter.Column(steps, one => one.Step.State, NpgsqlDbType.Text),
                Parameter.Column(steps, one => one.Step.Uscc, NpgsqlDbType.Text),
                Parameter.Column(steps, one => one.Change.Actor, NpgsqlDbType.Text),
                Parameter.Column(steps, one => one.Step.Reason, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            cancellationToken);

    private static Referral Read(NpgsqlDataReader row) => new()
    {
        ReferralId = row.GetGuid(0),
        NeedId = row.GetGuid(1),
        State = row.GetString(2),
        Version = row.GetInt32(3),
        Attempt = row.GetInt32(4),
        Uscc = row.TextOrNull(5),
        Reason = row.TextOrNull(6),
        ExpiresAt = row.ValueOrNull<DateTimeOffset>(7),
        ChangedAt = row.GetFieldValue<DateTimeOffset>(8),
    };

    private static ReferralAttempt ReadAttempt(NpgsqlDataReader row) => new()
    {
        ReferralId = row.GetGuid(0),
        Attempt = row.GetInt32(1),
        Uscc = row.GetString(2),
        State = row.GetString(3),
        OfferedAt = row.GetFieldValue<DateTimeOffset>(4),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(5),
        Reason = row.TextOrNull(6),
    };
}
