using System.Collections.Concurrent;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.Testing.Demo;

/// <summary>
/// A whole installation, every part a process of its own: database, broker, both outside systems, worker and web, with
/// one working folder. The demo lives its nights in it, and so do the end-to-end tests.
/// </summary>
public sealed class HubWorld : IAsyncDisposable
{
    private const string AnyPort = "http://127.0.0.1:0";

    private readonly HubWorldOptions _options;
    private readonly WorldServers _servers = new();
    private readonly ConcurrentDictionary<HubProgram, HubProcess> _running = [];

    private HubWorld(HubWorldOptions options)
    {
        _options = options;
        Folders = new HubFolders(options.Folder ?? Directory.CreateTempSubdirectory("hub-world-").FullName);
        Cli = new HubCli(Settings, Folders.Logs);
    }

    public HubFolders Folders { get; }

    /// <summary>What worker, web and command line run with. A change counts for whatever is started after it.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public string ConnectionString => _servers.ConnectionString;

    /// <summary>The address of this world's vhost; null when the bus is in memory.</summary>
    public Uri? Bus => _servers.Bus;

    /// <summary>How the servers run, for example "PostgreSQL native, RabbitMQ native".</summary>
    public string ServerKinds => _servers.Kinds;

    public HubProcess Worker => _running[HubProgram.Worker];

    public HubProcess Web => _running[HubProgram.Web];

    public HubProcess ProvincialPlatform => _running[HubProgram.ProvincialPlatform];

    public HubProcess CharityFederation => _running[HubProgram.CharityFederation];

    public ProvinceAdmin Province => new(ProvincialPlatform.BaseAddress);

    public FederationAdmin Federation => new(CharityFederation.BaseAddress);

    /// <summary>Calls <c>hub</c> with this installation's settings.</summary>
    public HubCli Cli { get; }

    /// <summary>The organisations <see cref="AddSubscriptions"/> has subscribed.</summary>
    public IReadOnlyList<SubscribedOrganisation> Subscribed { get; private set; } = [];

    /// <summary>Starts everything, up to a migrated hub that nobody has subscribed to yet.</summary>
    public static async Task<HubWorld> Start(HubWorldOptions options, CancellationToken cancellationToken)
    {
        var world = new HubWorld(options);
        try
        {
            await world.StartParts(cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Subscribes every organisation of the demo's directory and gives the federation their keys.</summary>
    public async Task AddSubscriptions(CancellationToken cancellationToken)
    {
        var organisations = File.ReadLines(Checkout.DemoOrganisations).Skip(1)
            .Where(line => line.Length > 0)
            .Select(line => line[..line.IndexOf(',', StringComparison.Ordinal)]);
        Subscribed = await Task.WhenAll(organisations.Select(uscc => Subscribe(uscc, cancellationToken)));
        await Federation.SetHub(Web.BaseAddress, Subscribed, cancellationToken);
    }

    /// <summary>Lives one whole night, from the province's new day to the verified books of the hub.</summary>
    public Task<NightReport> LiveNight(int number, CancellationToken cancellationToken) =>
        Night.Live(this, number, _options.Progress, cancellationToken);

    /// <summary>Waits until nothing is under way any more, in the hub and at the federation.</summary>
    public Task UntilQuiet(CancellationToken cancellationToken) =>
        QuietWatch.Wait(this, _options.QuietWithin, cancellationToken);

    /// <summary>SIGKILL for the worker.</summary>
    public Task KillWorker(CancellationToken cancellationToken) => Worker.Kill(cancellationToken);

    /// <summary>Stops the worker, if it still runs, and starts it again.</summary>
    public async Task RestartWorker(CancellationToken cancellationToken)
    {
        await Worker.DisposeAsync();
        await StartWorker(cancellationToken);
    }

    /// <summary>Stops the web, if it still runs, and starts it again at the same address.</summary>
    public async Task RestartWeb(CancellationToken cancellationToken)
    {
        var address = Web.BaseAddress.GetLeftPart(UriPartial.Authority);
        await Web.DisposeAsync();
        await StartWeb(address, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Those who call before those who are called, and the servers last.
        await Stop(HubProgram.Worker, HubProgram.Web);
        await Stop(HubProgram.ProvincialPlatform, HubProgram.CharityFederation);
        await _servers.DisposeAsync();
        if (_options.Folder is null)
            Directory.Delete(Folders.Root, recursive: true);
    }

    private async Task<SubscribedOrganisation> Subscribe(string uscc, CancellationToken cancellationToken)
    {
        var url = new Uri(CharityFederation.BaseAddress, $"webhooks/{uscc}").AbsoluteUri;
        var added = await Cli.Json(["subscription", "add", "--org", uscc, "--url", url], cancellationToken);
        return SubscribedOrganisation.From(uscc, added.Json);
    }

    private async Task StartParts(CancellationToken cancellationToken)
    {
        // Says what is not built before any server is started.
        _ = HubProgram.All.Select(program => program.Path).ToList();
        Folders.Create();
        _options.Progress("starting the servers and both outside systems");
        await Task.WhenAll(
            _servers.Start(_options, cancellationToken),
            StartProvince(cancellationToken),
            StartFederation(cancellationToken));
        AddSettings();

        _options.Progress($"{ServerKinds}; creating the hub's tables");
        await Cli.Json(["migrate"], cancellationToken);

        _options.Progress("starting worker and web");
        await Task.WhenAll(StartWorker(cancellationToken), StartWeb(AnyPort, cancellationToken));
    }

    private void AddSettings()
    {
        foreach (var (name, value) in HubSettings.Of(this))
            Settings[name] = value;
        foreach (var (name, value) in _options.HubSettings)
            Settings[name] = value;
    }

    private Task StartProvince(CancellationToken cancellationToken)
    {
        var settings = HubSettings.OfProvince(_options, Folders);
        foreach (var (name, value) in _options.ProvinceSettings)
            settings[name] = value;
        return Start(HubProgram.ProvincialPlatform, "province", ["--urls", AnyPort], settings, cancellationToken);
    }

    private Task StartFederation(CancellationToken cancellationToken) => Start(
        HubProgram.CharityFederation,
        "federation",
        ["--urls", AnyPort],
        HubSettings.OfFederation(_options),
        cancellationToken);

    private Task StartWorker(CancellationToken cancellationToken) =>
        Start(HubProgram.Worker, "worker", [], Settings, cancellationToken);

    private Task StartWeb(string address, CancellationToken cancellationToken) => Start(
        HubProgram.Web,
        "web",
        [],
        new Dictionary<string, string>(Settings) { ["ASPNETCORE_URLS"] = address },
        cancellationToken);

    private async Task Start(
        HubProgram program,
        string name,
        IReadOnlyList<string> arguments,
        Dictionary<string, string> environment,
        CancellationToken cancellationToken)
    {
        var options = new ProcessOptions
        {
            Name = name,
            Arguments = arguments,
            Environment = environment,
            LogFolder = Folders.Logs,
        };
        _running[program] = await HubProcess.Start(program, options, cancellationToken);
    }

    private Task Stop(params IEnumerable<HubProgram> programs) => Task.WhenAll(programs
        .Where(_running.ContainsKey)
        .Select(program => _running[program].DisposeAsync().AsTask()));
}
