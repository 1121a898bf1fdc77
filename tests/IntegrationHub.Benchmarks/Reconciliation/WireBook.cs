using System.Text.Json;
using IntegrationHub.Reconciliation;
using Npgsql;

namespace IntegrationHub.Benchmarks.Reconciliation;

/// <summary>A partner whose answers go through JSON and are counted; its tree is kept up by itself, as a partner's would be.</summary>
internal sealed class WireBook : IPartnerBook
{
    private const int LinesOfPage = 1_000;
    private readonly NpgsqlDataSource _source;
    private readonly BookTree _tree = new();
    private long _bytes;

    private WireBook(NpgsqlDataSource source) => _source = source;

    public string Source => "charity";

    public BookRole Role => BookRole.Giver;

    public static async Task<WireBook> Open(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var book = new WireBook(source);
        await using var command = source.CreateCommand("select bucket, field_hash, amount from public.partner_book");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            book._tree.Add(row.GetInt32(0), row.GetString(1), row.GetDecimal(2));
        return book;
    }

    /// <summary>Bytes of all answers since the last time.</summary>
    public long TakeBytes()
    {
        var bytes = _bytes;
        _bytes = 0;
        return bytes;
    }

    public Task<BookTotals?> Totals(CancellationToken cancellationToken) => Task.FromResult<BookTotals?>(null);

    public async Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var page = new List<Line>(LinesOfPage);
        await using var command = _source.CreateCommand("select aid_id, field_hash from public.partner_book order by aid_id");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            page.Add(new Line(row.GetString(0), row.GetString(1)));
            if (page.Count == LinesOfPage)
                Take(page);
        }

        Take(page);
        return hashes;

        void Take(List<Line> lines)
        {
            foreach (var line in OverTheWire(lines))
                hashes[line.AidId] = line.Hash;
            lines.Clear();
        }
    }

    public Task<IReadOnlyList<BookNode>?> Nodes(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BookNode>?>(OverTheWire(prefixes.Select(_tree.Node).Where(node => node.Count > 0).ToList()));

    public async Task<IReadOnlyDictionary<string, string>> Lines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        var places = prefixes.Select(BookTree.RangeOf).ToList();
        await using var command = _source.CreateCommand(
            "select aid_id, field_hash from public.partner_book p join unnest($1::int[], $2::int[]) as place (first, last) on p.bucket between place.first and place.last");
        command.Parameters.AddWithValue(places.Select(place => place.First).ToArray());
        command.Parameters.AddWithValue(places.Select(place => place.Last).ToArray());
        var lines = new List<Line>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            lines.Add(new Line(row.GetString(0), row.GetString(1)));
        return OverTheWire(lines).ToDictionary(line => line.AidId, line => line.Hash);
    }

    private List<T> OverTheWire<T>(List<T> items)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(items, JsonSerializerOptions.Web);
        _bytes += body.Length;
        return JsonSerializer.Deserialize<List<T>>(body, JsonSerializerOptions.Web) ?? [];
    }

    private sealed record Line(string AidId, string Hash);
}
