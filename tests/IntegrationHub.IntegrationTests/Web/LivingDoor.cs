using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IntegrationHub.Clock;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.IntegrationTests.Web;

/// <summary>A world of referrals behind the web door, which runs as a process and lives the night of the world.</summary>
internal sealed class LivingDoor : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-life-").FullName;
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, string> _keys = [];
    private HubProcess? _process;

    private LivingDoor(ReferralWorld world) => World = world;

    public ReferralWorld World { get; }

    public string Log => File.ReadAllText(_process!.LogFile); // started by Open

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<LivingDoor> Open(HubDatabases databases)
    {
        var door = new LivingDoor(await ReferralWorld.Open(databases));
        await File.WriteAllTextAsync(
            Path.Combine(door._folder, "master.key"), Convert.ToBase64String(new byte[32]), Token);
        door.SetNow(ReferralWorld.Night);
        door._process = await WebDoor.Start(
            door.World.Database.ConnectionString, door._folder, "web", Path.Combine(door._folder, "clock"));
        door._http.BaseAddress = door._process.BaseAddress;
        return door;
    }

    /// <summary>Moves the door's clock; the world's own is the test's.</summary>
    public void SetNow(DateTimeOffset instant) => new TrialClock(Path.Combine(_folder, "clock")).SetNow(instant);

    /// <summary>The API key of an organisation by number, made when first asked for.</summary>
    public async Task<string> Key(string uscc, int number = 1)
    {
        if (!_keys.TryGetValue($"{uscc} {number}", out var key))
        {
            var made = await Subscriber.Subscribe(World.Database.Hub, uscc, new Uri($"http://127.0.0.1:5080/{number}"));
            _keys[$"{uscc} {number}"] = key = made.ApiKey;
        }

        return key;
    }

    public async Task<Said> Post(
        string uscc, string path, object body, int key = 1, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(
            JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        return await Send(request, uscc, key, change);
    }

    public async Task<Said> Get(string uscc, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await Send(request, uscc, 1, null);
    }

    private async Task<Said> Send(HttpRequestMessage request, string uscc, int key, Action<HttpRequestMessage>? change)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Key(uscc, key));
        change?.Invoke(request);
        using var response = await _http.SendAsync(request, Token);
        Assert.True((int)response.StatusCode != 500, Log); // never expected, and the log says why
        return new Said(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(Token),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
