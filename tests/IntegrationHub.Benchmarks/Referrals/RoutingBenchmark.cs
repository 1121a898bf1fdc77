using System.Globalization;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Telemetry;
using IntegrationHub.Testing.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace IntegrationHub.Benchmarks.Referrals;

/// <summary>
/// Open needs routed for the first time, page by page, each page loaded, decided, explained and saved in one transaction,
/// beside one bare statement that inserts as many offers.
/// </summary>
internal static class RoutingBenchmark
{
    private const string FloorSql = """
        create table if not exists public.bare_offer (
            referral_id uuid primary key, need_id uuid not null unique, state text not null, uscc text not null, expires_at timestamptz not null);
        truncate public.bare_offer;
        insert into public.bare_offer
        select gen_random_uuid(), need_id, 'OFFERED', '514104995000000000', now() + interval '7 days' from referrals.need where status = 'OPEN'
        """;

    public static async Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.Start(durable: true, cancellationToken);
        await Round(server, "warm_up", 2_000, cancellationToken);
        var figures = new List<Figure>();
        foreach (var needs in options.Rows)
            figures.Add(await Round(server, $"needs_{needs}", needs, cancellationToken));
        return figures;
    }

    private static async Task<Figure> Round(PostgresServer server, string name, int needs, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(
            $"{await server.CreateDatabase($"hub_routing_{name}", null, cancellationToken)};Max Auto Prepare=100");
        await using var services = Services(new HubDatabase(source));
        await Prepare(services, source, needs, cancellationToken);
        var before = await Measured.Of(() => Execute(source, FloorSql, cancellationToken));
        var pages = 0;
        var hub = await Measured.Of(async () => pages = await RouteAll(services, cancellationToken));
        var after = await Measured.Of(() => Execute(source, FloorSql, cancellationToken));
        await using var count = source.CreateCommand("select count(*) from referrals.referral where state = 'OFFERED'");
        if (await count.ExecuteScalarAsync(cancellationToken) is not long offered || offered != needs)
            throw new BenchmarkFailedException("Not every need was offered.");
        var floor = (before.Took + after.Took) / 2;
        return new Figure
        {
            Case = "routing",
            Unit = "needs/s",
            Floor = Math.Round(needs / floor.TotalSeconds),
            Hub = Math.Round(needs / hub.Took.TotalSeconds),
            RssMb = hub.RssMb,
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"{needs:N0} open needs, {pages} pages, {RoutingData.Organisations} organisations; {hub.Took.TotalSeconds:0.0} s; floor = one statement that inserts as many offers; hub = loaded, decided, offered, explained, told and audited, a transaction per page; {hub.Processor.TotalMicroseconds / needs:0} µs of its own and {hub.Server.TotalMicroseconds / needs:0} µs of PostgreSQL's processor time per need"),
        };
    }

    private static ServiceProvider Services(HubDatabase database) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddSingleton<TimeProvider>(new Noon())
        .AddSingleton(database)
        .AddSingleton(new Keyring(new byte[32]))
        .AddSingleton<Migrator>()
        .AddTelemetry().AddPolicy().AddHubMessages().AddOutbox().AddReferrals()
        .AddSingleton<OfferTerms>()
        .AddSingleton<NeedRouting>()
        .BuildServiceProvider();

    private static async Task Prepare(ServiceProvider services, NpgsqlDataSource source, int needs, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<Migrator>().Migrate(cancellationToken);
        await services.GetRequiredService<PolicyDesk>().Install(services.GetRequiredService<ContractsFolder>().Path, cancellationToken);
        await using (var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken))
        {
            await OrganisationDirectory.Apply(
                work,
                [
                    .. Enumerable.Range(0, RoutingData.Organisations).Select(RoutingData.OrganisationOf).Select(organisation => new OrganisationRecord
                    {
                        SourceKey = Guid.CreateVersion7(),
                        Version = 1,
                        ContentHash = Guid.Empty,
                        Organisation = organisation,
                    }),
                ],
                cancellationToken);
            await work.Commit(cancellationToken);
        }

        var circumstances = JsonSerializer.Serialize(RoutingData.Need.Circumstances, JsonSerializerOptions.Web);
        await Execute(source, string.Create(CultureInfo.InvariantCulture, $$"""
            create temp table person as select n, gen_random_uuid() as key from generate_series(1, {{needs}}) n;
            insert into identity.member (source_key, household_ref, person_key, relation, version, name_index, rule, born_on, sex, sealed, content_hash)
            select gen_random_uuid(), 'H' || n, key, '02', 1, gen_random_uuid(), 'SAME_ID_AND_NAME/1', '1976-05-12', '1', '\x', gen_random_uuid() from person;
            insert into identity.recognition (source_key, person_key, household_ref, recognition_ref, category, recognised_on, version)
            select gen_random_uuid(), key, 'H' || n, 'RD' || n, 'LI1', '2025-06-01', 1 from person;
            insert into consent.event (consent_id, sequence, person_key, type, capacity, purposes, items, recipient_class, recipients, actions, sensitive, provide,
                                       effective_at, valid_from, valid_to, recorded_at)
            select 'TY' || n, 1, key, 'Given', 'Self', '{ZY}', '{name,phone}', 'CHARITY', '{}', '{OFFER}', false, false,
                   '2026-02-10', '2026-02-10', '2027-02-09', '2026-02-10' from person;
            insert into referrals.need (need_id, source_key, need_ref, person_key, household_ref, kind, hardship, amount, ground, gov_aid_status, division, channel,
                                        opened_on, expires_on, status, priority, sealed, version, circumstances, queued_on)
            select gen_random_uuid(), gen_random_uuid(), 'XQ' || n, key, 'H' || n, 'ZY', case when n % 5 = 0 then 'HD1' else 'HD7' end, 6000, 'STILL_IN_HARDSHIP',
                   'RECEIVING', '4104991' || lpad((n % 20)::text, 2, '0'), 'OFFLINE', date '2026-03-01' - (n % 60), '2026-12-31', 'OPEN', 'NORMAL', '\x', 1,
                   '{{circumstances}}', date '2026-03-01' - (n % 60) from person;
            analyze;
            """), cancellationToken);
    }

    private static async Task<int> RouteAll(ServiceProvider services, CancellationToken cancellationToken)
    {
        var routing = services.GetRequiredService<NeedRouting>();
        var database = services.GetRequiredService<HubDatabase>();
        var message = new RouteNeeds();
        for (var pages = 1; ; pages++)
        {
            await using var work = await database.Begin(cancellationToken);
            await routing.Route(work, message, cancellationToken);
            var next = await work.Query(
                "delete from outbox.message where topic like 'route-needs%' returning body", [], row => row.GetFieldValue<byte[]>(0), cancellationToken);
            await work.Commit(cancellationToken);
            if (next.Count == 0)
                return pages;
            message = JsonSerializer.Deserialize<RouteNeeds>(next[0], JsonSerializerOptions.Web)!; // written by the outbox
        }
    }

    private static async Task Execute(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A day the policy and the calendar of the software know.</summary>
    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);
    }
}
