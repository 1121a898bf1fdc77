using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Testing.Demo;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>
/// One living hub for all scenarios: web, worker, broker and database as processes, the federation's directory, and a
/// desk of civil affairs that drops what a scenario tells it. Time only goes forward, by as much as a scenario asks.
/// </summary>
public sealed class ScenarioHub(TestServers servers) : IAsyncLifetime
{
    public const string ThirdCounty = "410423";

    /// <summary>The third county's own charity: the first to be asked there.</summary>
    public const string CountyCharity = "51410499501000068N";

    /// <summary>Who may be asked next for a home: of the city's level.</summary>
    public static readonly IReadOnlyList<string> CityCharities = ["51410499501000017E", "52410499501000076E"];

    // A failure is the end of a message too.
    private const string Settled = """
        not exists (select from intake.run where state = 'RUNNING')
        and not exists (select from outbox.ticket t
                         where not exists (select from failures.failed_message f where f.message_id = t.message_id))
        """;

    private readonly Dictionary<string, int> _sequences = [];
    private readonly Dictionary<string, string> _apiKeys = [];
    private HubWorld? _world;
    private int _applicants;

    public HubWorld World => _world ?? throw new InvalidOperationException("Not started.");

    internal EventInbox Inbox { get; } = new();

    /// <summary>What the hub's clock says, or will say when it is next set.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    public DateOnly Today => DateOnly.FromDateTime(Now.ToOffset(TimeSpan.FromHours(8)).DateTime);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await servers.NewWorld(
            persons: 30,
            new Dictionary<string, string>
            {
                ["Hub__Provincial__ApiTypes"] = "",
                ["Hub__Provincial__BaseUrl"] = Inbox.Address.GetLeftPart(UriPartial.Authority),
                ["Hub__Subscriptions__AllowedTargets__0"] = Inbox.Address.AbsoluteUri,
            },
            Token);
        await SetClock(Now);
        foreach (var uscc in OrganisationCodes())
            _apiKeys[uscc] = await Subscribe(uscc, uscc);
        await ReadDirectory();
    }

    /// <summary>An applicant nobody has heard of yet, of age unless a birthday is given.</summary>
    internal Applicant NewApplicant(string county = ThirdCounty, DateOnly? born = null) =>
        new(++_applicants, county, born ?? new DateOnly(1976, 5, 12).AddDays(_applicants));

    internal Charity Calling(string uscc) => new(World.Web.BaseAddress, uscc, _apiKeys[uscc]);

    /// <summary>A second system of the same organisation, with a key of its own.</summary>
    internal async Task<Charity> SecondSystemOf(string uscc) =>
        new(World.Web.BaseAddress, uscc, await Subscribe(uscc, $"second/{uscc}"));

    /// <summary>Lets time pass for every process of the hub.</summary>
    public Task Pass(TimeSpan time) => SetClock(Now + time);

    public async Task SetClock(DateTimeOffset instant)
    {
        Now = instant;
        var offset = instant.ToUniversalTime() - TimeProvider.System.GetUtcNow();
        var written = $"{World.Folders.ClockFile}.new";
        await File.WriteAllTextAsync(written, offset.Ticks.ToString(CultureInfo.InvariantCulture), Token);
        File.Move(written, World.Folders.ClockFile, overwrite: true);
        await Task.Delay(TimeSpan.FromMilliseconds(60), Token); // how long a process may still believe the old time
    }

    /// <summary>Civil affairs drops these rows, a minute later than whatever it dropped before, and the hub takes them in.</summary>
    internal async Task Tell(params IEnumerable<ProvinceRow> rows)
    {
        await Pass(TimeSpan.FromMinutes(1));
        foreach (var file in rows.GroupBy(row => (row.Type, row.County)))
            await Drop(file.Key.Type, file.Key.County, [.. file]);
        await Sync("provincial");
    }

    /// <summary>A person with a need, who agrees to an offer to all and to details for the named; until the offer is made.</summary>
    internal async Task<Guid> Offered(Applicant applicant, params IEnumerable<string> named)
    {
        await Tell([.. applicant.Registered(Now), applicant.Need(Now), applicant.Agrees(Now, named)]);
        var referral = await ReferralOf(applicant.NeedRef);
        await Inbox.Await(referral, "referral.offered");
        return referral;
    }

    /// <summary>The federation gives an organisation a status, and the hub reads its directory.</summary>
    internal async Task SetStatus(string uscc, string status)
    {
        using var http = new HttpClient { BaseAddress = World.CharityFederation.BaseAddress };
        using var answer = await http.PutAsJsonAsync($"/_admin/organisations/{uscc}", new { status }, Token);
        answer.EnsureSuccessStatusCode();
        await ReadDirectory();
    }

    /// <summary>Civil affairs answers what a charity reported.</summary>
    internal async Task AnswerReport(HubAnswer raised, string answer, string? reason)
    {
        var id = raised.Json.GetProperty("reverseReferralId").GetGuid();
        using var http = new HttpClient { BaseAddress = World.Web.BaseAddress };
        using var said = await http.PostAsJsonAsync($"/ops/v1/reverse-referrals/{id}/answer", new { answer, reason, by = "desk-1" }, Token);
        Assert.True(said.IsSuccessStatusCode, await said.Content.ReadAsStringAsync(Token));
    }

    public Task ReadDirectory() => Sync("charity");

    public async Task<Guid> ReferralOf(string needRef)
    {
        var sql = $"select r.referral_id from referrals.referral r join referrals.need n using (need_id) where n.need_ref = '{needRef}'";
        return await HubBooks.Scalar<Guid>(World, sql, Token);
    }

    public Task<string> StateOf(Guid referral) => Scalar<string>($"select state from referrals.referral where referral_id = '{referral}'");

    public Task<T> Scalar<T>(string sql) => HubBooks.Scalar<T>(World, sql, Token);

    /// <summary>How often identity was released under a referral.</summary>
    public Task<long> Releases(Guid referral) =>
        Scalar<long>($"select count(*) from disclosure.release where referral_id = '{referral}'");

    /// <summary>The reason of the newest decision about a referral at this step.</summary>
    public Task<string> LastReason(Guid referral, string step) => Scalar<string>(
        $"select reason from disclosure.decision where referral_id = '{referral}' and step = '{step}' order by decision_id desc limit 1");

    /// <summary>Waits until no event about a referral is still to be delivered.</summary>
    public Task AllDelivered(Guid referral) =>
        Until($"not exists (select from subscriptions.delivery where state = 'WAITING' and body like '%{referral}%')");

    public Task Until(string condition) => HubBooks.Until(World, condition, Token);

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        await Inbox.DisposeAsync();
    }

    private static IEnumerable<string> OrganisationCodes() => File.ReadLines(Testing.Processes.Checkout.DemoOrganisations).Skip(1)
        .Where(line => line.Length > 0).Select(line => line[..line.IndexOf(',', StringComparison.Ordinal)]);

    private async Task<string> Subscribe(string uscc, string path)
    {
        var added = await World.Cli.Json(["subscription", "add", "--org", uscc, "--url", new Uri(Inbox.Address, path).AbsoluteUri], Token);
        return added.Json.GetProperty("apiKey").GetString() ?? "";
    }

    private async Task Sync(string source)
    {
        await World.Cli.Json(["sync", "run", "--source", source], Token);
        await Until(Settled);
    }

    private async Task Drop(string type, string county, IReadOnlyList<ProvinceRow> rows)
    {
        var sequence = _sequences[type + county] = _sequences.GetValueOrDefault(type + county) + 1;
        var name = $"DSR_{type}_{county}_{Applicant.Day(Now)}_D_{sequence:0000}.csv";
        var columns = rows.SelectMany(row => row.Cells.Keys).Distinct().ToList();
        var lines = rows.Select(row => string.Join(',', columns.Select(column => row.Cells.GetValueOrDefault(column, ""))));
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Prepend(string.Join(',', columns)).Select(line => $"{line}\r\n")));
        var path = Path.Combine(World.Folders.Drop, name);
        await File.WriteAllBytesAsync(path, bytes, Token);
        var manifest = new
        {
            file = name,
            rows = rows.Count,
            sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            as_of = Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            seq = sequence,
            prev_seq = sequence - 1,
        };
        await File.WriteAllTextAsync($"{path}.ok", JsonSerializer.Serialize(manifest), Token);
    }
}
