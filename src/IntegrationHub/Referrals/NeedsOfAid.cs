using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Referrals;

/// <summary>A need as whoever judges aid must know it: whose, what for, what it costs, and under which referral aid came.</summary>
public sealed record AidedNeed
{
    public required Guid NeedId { get; init; }
    public required Guid PersonKey { get; init; }
    public string? HouseholdRef { get; init; }
    public required string Kind { get; init; }
    public decimal? Amount { get; init; }
    public required string Division { get; init; }
    public DateOnly? OpenedOn { get; init; }
    public NeedCircumstances Circumstances { get; init; } = new();
    public Guid? ReferralId { get; init; }
}

/// <summary>Needs by person, household or referral, for the judgement of aid.</summary>
public static class NeedsOfAid
{
    private const string Columns = """
        n.need_id, n.person_key, n.household_ref, n.kind, n.amount, n.division, coalesce(n.opened_on, n.queued_on), n.circumstances,
        r.referral_id
        """;

    internal const string OfPeopleSql = $"""
        select {Columns}
          from referrals.need n
          left join referrals.referral r on r.need_id = n.need_id
         where n.person_key = any ($1)
            or n.household_ref = any ($2)
         order by n.need_id
        """;

    internal const string OfReferralsSql = $"""
        select {Columns}
          from referrals.referral r
          join referrals.need n on n.need_id = r.need_id
         where r.referral_id = any ($1)
         order by n.need_id
        """;

    internal const string LevelsSql = """
        select uscc, level
          from referrals.organisation
         where uscc = any ($1)
        """;

    public static Task<List<AidedNeed>> Of(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<string> households, CancellationToken cancellationToken) =>
        work.Query(OfPeopleSql, [Parameter.As(people.ToArray()), Parameter.As(households.ToArray())], Read, cancellationToken);

    public static Task<List<AidedNeed>> OfReferrals(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(OfReferralsSql, [Parameter.As(referrals.ToArray())], Read, cancellationToken);

    /// <summary>The level of each organisation; who is not in the directory is left out.</summary>
    public static async Task<Dictionary<string, string>> Levels(
        HubTransaction work, IReadOnlyCollection<string> usccs, CancellationToken cancellationToken) =>
        (await work.Query(
            LevelsSql, [Parameter.As(usccs.Distinct().ToArray())], row => (Uscc: row.GetString(0), Level: row.GetString(1)), cancellationToken))
        .ToDictionary(row => row.Uscc, row => row.Level);

    private static AidedNeed Read(NpgsqlDataReader row) => new()
    {
        NeedId = row.GetGuid(0),
        PersonKey = row.GetGuid(1),
        HouseholdRef = row.TextOrNull(2),
        Kind = row.GetString(3),
        Amount = row.ValueOrNull<decimal>(4),
        Division = row.GetString(5),
        OpenedOn = row.ValueOrNull<DateOnly>(6),
        Circumstances = row.TextOrNull(7) is { } told
            ? JsonSerializer.Deserialize<NeedCircumstances>(told, JsonSerializerOptions.Web) ?? new() : new(),
        ReferralId = row.ValueOrNull<Guid>(8),
    };
}
