using System.Globalization;
using IntegrationHub.Aid;
using IntegrationHub.Database;
using IntegrationHub.Reconciliation;
using IntegrationHub.Testing.Servers;
using Npgsql;

namespace IntegrationHub.Benchmarks.Reconciliation;

/// <summary>
/// Two books of as many lines with a hundred planted differences, compared by the tree and as a whole. Both answers are
/// put into JSON as they would be on the wire and read back, and both must find exactly what was planted.
/// </summary>
internal static class ReconcileBenchmark
{
    private const int Planted = 100;

    private const string BookSql = """
        insert into aid.charity_aid (aid_id, source_key, version, uscc, referral_id, kind, form, amount, given_on, funding, status, field_hash,
                                     recorded_at, reported_at)
        select id, gen_random_uuid(), 1, '51410499501000068N', '00000000-0000-0000-0000-000000000001', 'ZY', 'CASH', n % 5000, '2026-03-02',
               'CHARITY_GENERAL', 'PAID', encode(sha256(convert_to(id || '|' || (n % 5000), 'UTF8')), 'hex'), now() - interval '1 day', now()
          from (select n, '51410499501000068N-2026-' || n as id from generate_series(1, $1) as n) as line
        """;

    // A third is lost there, a third says another amount, and there is as much again that the hub never heard of.
    private const string PartnerSql = """
        create table public.partner_book as
        select aid_id, bucket, case when at % 3 = 1 then amount + 1 else amount end as amount,
               case when at % 3 = 1 then encode(sha256(convert_to(aid_id || 'otherwise', 'UTF8')), 'hex') else field_hash end as field_hash
          from (select aid_id, bucket, amount, field_hash,
                       case when n % $1 = 0 then n / $1 end as at
                  from (select *, row_number() over (order by aid_id) as n from aid.charity_aid) as numbered) as line
         where at is null or at > $2 or at % 3 <> 0;
        """;

    public static async Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.Start(durable: true, cancellationToken);
        var figures = new List<Figure>();
        foreach (var lines in options.Rows)
            figures.Add(await Round(server, lines, cancellationToken));
        return figures;
    }

    private static async Task<Figure> Round(PostgresServer server, int lines, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(
            $"{await server.CreateDatabase($"hub_reconcile_{lines}", null, cancellationToken)};Command Timeout=600");
        var database = new HubDatabase(source);
        await new Migrator(database).Migrate(cancellationToken);
        await Fill(source, lines, cancellationToken);
        var partner = await WireBook.Open(source, cancellationToken);

        IReadOnlyList<Difference> byTree = [], whole = [];
        TreeFinding? found = null;
        var hub = await Measured.Of(async () => (byTree, found) = await ByTree(database, partner, cancellationToken));
        var treeBytes = partner.TakeBytes();
        var floor = await Measured.Of(async () => whole = await Whole(database, partner, cancellationToken));
        var wholeBytes = partner.TakeBytes();
        if (byTree.Count != Planted || !byTree.ToHashSet().SetEquals(whole) || found is null)
            throw new BenchmarkFailedException($"Found {byTree.Count} by the tree and {whole.Count} of the whole instead of {Planted}.");
        return new Figure
        {
            Case = "tree compare",
            Unit = "lines/s",
            Floor = Math.Round(lines / floor.Took.TotalSeconds),
            Hub = Math.Round(lines / hub.Took.TotalSeconds),
            RssMb = hub.RssMb,
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"{lines:N0} against {lines:N0} lines, {Planted} planted differences, all found and none invented by both; hub = tree: {hub.Took.TotalSeconds:0.0} s, {found.Hashes.Count:N0} lines ({100.0 * found.Hashes.Count / lines:0.000} %) and {found.NodesRead:N0} places moved, {treeBytes:N0} bytes; floor = every line moved: {floor.Took.TotalSeconds:0.0} s, {wholeBytes:N0} bytes"),
        };
    }

    private static async Task<(IReadOnlyList<Difference>, TreeFinding?)> ByTree(
        HubDatabase database, WireBook partner, CancellationToken cancellationToken)
    {
        var own = new BookTree();
        await using var work = await database.Begin(cancellationToken);
        await AidBook.ForTree(work, (leaf, hash, amount, _) => own.Add(leaf, hash, amount), cancellationToken);
        if (await TreeWalk.Find(own, partner, cancellationToken) is not { } found)
            return ([], null);
        var lines = await AidBook.LinesWithin(work, [.. found.Prefixes.Select(BookTree.RangeOf)], untoldToo: false, cancellationToken);
        return (BookCompare.Records(lines, ReadingOf(found.Hashes)), found);
    }

    private static async Task<IReadOnlyList<Difference>> Whole(HubDatabase database, WireBook partner, CancellationToken cancellationToken)
    {
        var hashes = await partner.AidHashes(cancellationToken);
        await using var work = await database.Begin(cancellationToken);
        return BookCompare.Records(await AidBook.Lines(work, cancellationToken), ReadingOf(hashes));
    }

    private static BookReading ReadingOf(IReadOnlyDictionary<string, string> hashes) => new()
    {
        Source = "charity",
        Role = BookRole.Giver,
        ReadAt = DateTimeOffset.UnixEpoch.AddYears(100),
        Hashes = hashes,
    };

    private static async Task Fill(NpgsqlDataSource source, int lines, CancellationToken cancellationToken)
    {
        await using (var book = source.CreateCommand(BookSql))
        {
            book.Parameters.AddWithValue(lines);
            await book.ExecuteNonQueryAsync(cancellationToken);
        }

        var every = lines / (Planted + 1);
        await using (var partner = source.CreateCommand(PartnerSql.Replace("$1", $"{every}", StringComparison.Ordinal).Replace("$2", $"{Planted}", StringComparison.Ordinal)))
            await partner.ExecuteNonQueryAsync(cancellationToken);
        await using var more = source.CreateCommand(
            """
            insert into public.partner_book
            select id, ('x' || substr(encode(sha256(id::bytea), 'hex'), 1, 5))::bit(20)::int, 5, encode(sha256(id::bytea), 'hex')
              from (select '51410499501000068N-2026-more-' || n as id
                      from generate_series(1, (select $1 - count(*) filter (where true) from
                           (select 1 from public.partner_book p left join aid.charity_aid a on a.aid_id = p.aid_id where a.field_hash <> p.field_hash
                            union all
                            select 1 from aid.charity_aid a left join public.partner_book p on p.aid_id = a.aid_id where p.aid_id is null) as planted)) as n) as line;
            """);
        more.Parameters.AddWithValue((long)Planted);
        await more.ExecuteNonQueryAsync(cancellationToken);
        await using var tidy = source.CreateCommand("create index on public.partner_book (bucket); analyze public.partner_book; analyze aid.charity_aid");
        await tidy.ExecuteNonQueryAsync(cancellationToken);
    }
}
