using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Disclosure;

/// <summary>
/// A claim: what one organisation may fetch about one referral with one key until it expires. It promises nothing; every
/// fetch is decided afresh.
/// </summary>
public sealed record ClaimRow
{
    public required Guid ClaimId { get; init; }
    public required Guid ReferralId { get; init; }
    public required int Attempt { get; init; }
    public required string Uscc { get; init; }

    /// <summary>Which key opened it; the key itself is kept nowhere.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>The items asked for.</summary>
    public required IReadOnlyList<string> Items { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    public override string ToString() => $"claim {ClaimId}";
}

/// <summary>Which claim a fetch belongs to.</summary>
public abstract record ClaimStanding
{
    private ClaimStanding() { }

    /// <summary>The key has this claim already: the fetch is a repeat.</summary>
    public sealed record Known(ClaimRow Claim) : ClaimStanding;

    /// <summary>No claim for these items stands: a new one is to be opened.</summary>
    public sealed record Unopened : ClaimStanding;

    /// <summary>Another key holds the claim until then (scenario 24).</summary>
    public sealed record Taken(DateTimeOffset Until) : ClaimStanding;

    /// <summary>Pure: what the claims that stand mean for a fetch with this key.</summary>
    /// <param name="standing">The claims of this referral, attempt and organisation that have not expired.</param>
    /// <param name="keyHash">The key that is shown now.</param>
    /// <param name="items">What is asked for.</param>
    public static ClaimStanding Of(IEnumerable<ClaimRow> standing, byte[] keyHash, IReadOnlyList<string> items)
    {
        ClaimStanding found = new Unopened();
        foreach (var claim in standing)
        {
            if (!claim.KeyHash.AsSpan().SequenceEqual(keyHash))
                return new Taken(claim.ExpiresAt);
            if (claim.Items.SequenceEqual(items, StringComparer.Ordinal))
                found = new Known(claim);
        }

        return found;
    }
}

/// <summary>The claims as stored. The caller has locked the referral, so that two keys cannot open one each.</summary>
public static class ClaimBook
{
    internal const string StandingSql = """
        select claim_id, referral_id, attempt, uscc, key_hash, items, opened_at, expires_at
          from disclosure.claim
         where referral_id = $1
           and attempt = $2
           and uscc = $3
           and expires_at > $4
         order by opened_at, claim_id
        """;

    internal const string AddSql = """
        insert into disclosure.claim (claim_id, referral_id, attempt, uscc, key_hash, items, opened_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>The claims that stand at this instant; the instant one expires at is no more inside.</summary>
    public static Task<List<ClaimRow>> Standing(
        HubTransaction work, Guid referralId, int attempt, string uscc, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Query(
            StandingSql,
            [Parameter.As(referralId), Parameter.As(attempt), Parameter.Text(uscc), Parameter.Instant(now)],
            Read, cancellationToken);

    public static Task Add(HubTransaction work, ClaimRow claim, CancellationToken cancellationToken) => work.Execute(
        AddSql,
        [
            Parameter.As(claim.ClaimId), Parameter.As(claim.ReferralId), Parameter.As(claim.Attempt),
            Parameter.Text(claim.Uscc), Parameter.Bytes(claim.KeyHash), Parameter.As(claim.Items.ToArray()),
            Parameter.Instant(claim.OpenedAt), Parameter.Instant(claim.ExpiresAt),
        ],
        cancellationToken);

    private static ClaimRow Read(NpgsqlDataReader row) => new()
    {
        ClaimId = row.GetGuid(0),
        ReferralId = row.GetGuid(1),
        Attempt = row.GetInt32(2),
        Uscc = row.GetString(3),
        KeyHash = row.GetFieldValue<byte[]>(4),
        Items = row.GetFieldValue<string[]>(5),
        OpenedAt = row.GetFieldValue<DateTimeOffset>(6),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(7),
    };
}
