using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Protection;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.IntegrationTests.Web;

/// <summary>The web door as a process of its own, over its own database, with one organisation that may call.</summary>
public sealed class WebDoor(HubDatabases databases) : IAsyncLifetime
{
    public const string Uscc = "534104995010000253";

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-web-").FullName;
    private OwnDatabase? _database;
    private HubProcess? _process;
    private string _apiKey = "";

    public string ApiKey => _apiKey;

    public OwnDatabase Database => _database ?? throw new InvalidOperationException("Not started.");

    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _database = await databases.Create(CancellationToken.None);
        var key = Path.Combine(_folder, "master.key");
        ProtectionServices.CreateForTrial(key);
        _apiKey = (await Subscriber.Subscribe(_database.Hub, Uscc, new Uri("http://127.0.0.1:5080/hooks"))).ApiKey;
        _process = await Start(_database.ConnectionString, _folder, "web");
        Http.BaseAddress = _process.BaseAddress;
    }

    public static Task<HubProcess> Start(
        string connectionString, string folder, string name, string clockFile = "") => HubProcess.Start(
        HubProgram.Web,
        new ProcessOptions
        {
            Arguments = ["--urls", "http://127.0.0.1:0"],
            Environment = new Dictionary<string, string>
            {
                ["Hub__Database__ConnectionString"] = connectionString,
                ["Hub__Protection__MasterKeyFile"] = Path.Combine(folder, "master.key"),
                ["Hub__Archive__Folder"] = Path.Combine(folder, "archive"),
                ["Hub__Trial__ClockFile"] = clockFile,
            },
            LogFolder = folder,
            Name = name,
        },
        CancellationToken.None);

    /// <summary>A request with the organisation's key, unless another or none is asked for.</summary>
    public async Task<Said> Send(
        HttpMethod method, string path, string? body = null, string? key = "", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Length > 0 ? key : _apiKey);
        change?.Invoke(request);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode != 500, Log); // never expected, and the log says why
        return new Said(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)));
    }

    public string Log => File.ReadAllText((_process ?? throw new InvalidOperationException("Not started.")).LogFile);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>An answer, read to its end.</summary>
public sealed record Said(int Status, string? ContentType, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => Json.GetProperty("code").GetString();
}
