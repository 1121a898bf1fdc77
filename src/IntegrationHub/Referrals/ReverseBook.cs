using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Referrals;

/// <summary>Reports of organisations to civil affairs as stored, and how they are linked to referrals the other way.</summary>
public static class ReverseBook
{
    private const string Columns = """
        reverse_id, loop_id, finder_uscc, kind, channel, basis, basis_evidence, person_key, need_kind, addressees,
        origin_id, raised_at, answer, answer_reason, answered_at, forward_referral_id
        """;

    internal const string OpenLoopSql = """
        select reverse_id
          from referrals.reverse_referral
         where person_key = any ($1)
           and need_kind = $2
           and loop_id = reverse_id
           and (answer is null or answer = 'RECEIVED')
           for update
        """;

    internal const string ForwardSql = """
        select r.referral_id, n.origin_id
          from referrals.need n
          join referrals.referral r on r.need_id = n.need_id
         where n.person_key = any ($1)
           and n.kind = $2
           and r.state not in ('COMPLETED', 'CANCELLED', 'WITHDRAWN', 'SUPERSEDED', 'ENTERED_IN_ERROR')
         order by r.changed_at desc, r.referral_id
         limit 1
        """;

    internal const string AddSql = """
        insert into referrals.reverse_referral (
               reverse_id, loop_id, finder_uscc, kind, channel, basis, basis_evidence, person_key, need_kind,
               addressees, origin_id, raised_at, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    internal const string LoopSql = $"""
        select {Columns}
          from referrals.reverse_referral
         where loop_id = (select loop_id from referrals.reverse_referral where reverse_id = $1)
         order by raised_at, reverse_id
           for update
        """;

    internal const string AnswerSql = """
        update referrals.reverse_referral
           set answer        = $2
             , answer_reason = $3
             , answered_by   = $4
             , answered_at   = $5
         where loop_id = $1
        """;

    internal const string ListSql = $"""
        select {Columns}
          from referrals.reverse_referral
         where ($1::text is null or exists (select from unnest(addressees) as addressee where addressee like $1 || '%'))
           and ($2::text is null or finder_uscc = $2)
           and (not $3::boolean or answer is null or answer = 'RECEIVED')
         order by raised_at, reverse_id
         limit $4
        """;

    internal const string SealedSql = """
        select person_key, sealed
          from referrals.reverse_referral
         where reverse_id = $1
        """;

    // A loop that came from a referral under way opens none of its own: at most one each way (scenario 27).
    internal const string LinkSql = """
        with linked as (
            update referrals.reverse_referral as loop
               set forward_referral_id = told.referral_id
              from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) as told (need_id, person_key, kind, referral_id)
             where loop.person_key = told.person_key
               and loop.need_kind = told.kind
               and loop.answer = 'NOT_ELIGIBLE'
               and loop.origin_id is null
               and loop.forward_referral_id is null
            returning told.need_id, loop.loop_id
        )
        update referrals.need n
           set origin_id = linked.loop_id
          from linked
         where n.need_id = linked.need_id
           and n.origin_id is null
        """;

    /// <summary>The open loop about one of these keys and this kind of need, locked; null if there is none.</summary>
    internal static async Task<Guid?> OpenLoop(
        HubTransaction work, IReadOnlyCollection<Guid> keys, string needKind, CancellationToken cancellationToken) =>
        (await work.Query(
            OpenLoopSql, [Parameter.As(keys.ToArray()), Parameter.Text(needKind)], row => (Guid?)row.GetGuid(0),
            cancellationToken)).FirstOrDefault();

    /// <summary>The referral of the same need that is under way, with the loop it came from; null if there is none.</summary>
    internal static async Task<(Guid ReferralId, Guid? OriginId)?> Forward(
        HubTransaction work, IReadOnlyCollection<Guid> keys, string needKind, CancellationToken cancellationToken) =>
        (await work.Query(
            ForwardSql, [Parameter.As(keys.ToArray()), Parameter.Text(needKind)],
            row => ((Guid, Guid?)?)(row.GetGuid(0), row.ValueOrNull<Guid>(1)), cancellationToken)).SingleOrDefault();

    internal static Task Add(
        HubTransaction work, ReverseReferral report, byte[] sealedBytes, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(report.ReverseId), Parameter.As(report.LoopId), Parameter.Text(report.FinderUscc),
                Parameter.Text(report.Kind), Parameter.Text(report.Channel), Parameter.Text(report.Basis),
                Parameter.Text(report.BasisEvidence), Parameter.As(report.PersonKey), Parameter.Text(report.NeedKind),
                Parameter.As(report.Addressees.ToArray()), Parameter.Uuid(report.OriginId),
                Parameter.Instant(report.RaisedAt), Parameter.Bytes(sealedBytes),
            ],
            cancellationToken);

    /// <summary>All reports of the loop this one belongs to, locked, the first first; empty if there is no such report.</summary>
    internal static Task<List<ReverseReferral>> Loop(
        HubTransaction work, Guid reverseId, CancellationToken cancellationToken) =>
        work.Query(LoopSql, [Parameter.As(reverseId)], Read, cancellationToken);

    internal static Task Answer(
        HubTransaction work, Guid loopId, (string Answer, string? Reason, string By) said, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        work.Execute(
            AnswerSql,
            [
                Parameter.As(loopId), Parameter.Text(said.Answer), Parameter.Text(said.Reason), Parameter.Text(said.By),
                Parameter.Instant(at),
            ],
            cancellationToken);

    /// <summary>Reports addressed below a division, of one finder, or only open ones; the oldest first.</summary>
    public static Task<List<ReverseReferral>> List(
        HubTransaction work, string? division, string? finder, bool openOnly, int limit,
        CancellationToken cancellationToken) =>
        work.Query(
            ListSql, [Parameter.Text(division), Parameter.Text(finder), Parameter.As(openOnly), Parameter.As(limit)], Read,
            cancellationToken);

    internal static async Task<(Guid PersonKey, byte[] Sealed)?> Sealed(
        HubTransaction work, Guid reverseId, CancellationToken cancellationToken) =>
        (await work.Query(
            SealedSql, [Parameter.As(reverseId)], row => ((Guid, byte[])?)(row.GetGuid(0), row.GetFieldValue<byte[]>(1)),
            cancellationToken)).SingleOrDefault();

    /// <summary>Closes loops: a need that arrives for someone found not eligible before carries the loop's id (R27).</summary>
    internal static Task Link(
        HubTransaction work, IReadOnlyList<NeedToApply> needs, CancellationToken cancellationToken) =>
        work.Execute(
            LinkSql,
            [
                Parameter.Column(needs, need => DerivedId.Of(need.SourceKey, "need"), NpgsqlDbType.Uuid),
                Parameter.Column(needs, need => need.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(needs, need => need.Need.Kind, NpgsqlDbType.Text),
                Parameter.Column(needs, need => DerivedId.Of(need.SourceKey, "referral"), NpgsqlDbType.Uuid),
            ],
            cancellationToken);

    private static ReverseReferral Read(NpgsqlDataReader row) => new()
    {
        ReverseId = row.GetGuid(0),
        LoopId = row.GetGuid(1),
        FinderUscc = row.GetString(2),
        Kind = row.GetString(3),
        Channel = row.GetString(4),
        Basis = row.GetString(5),
        BasisEvidence = row.GetString(6),
        PersonKey = row.GetGuid(7),
        NeedKind = row.GetString(8),
        Addressees = row.GetFieldValue<string[]>(9),
        OriginId = row.ValueOrNull<Guid>(10),
        RaisedAt = row.GetFieldValue<DateTimeOffset>(11),
        Answer = row.TextOrNull(12),
        AnswerReason = row.TextOrNull(13),
        AnsweredAt = row.ValueOrNull<DateTimeOffset>(14),
        ForwardReferralId = row.ValueOrNull<Guid>(15),
    };
}
