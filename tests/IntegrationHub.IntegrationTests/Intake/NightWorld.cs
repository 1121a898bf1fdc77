using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Schedules;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>
/// The hub's own nights in one process, on real PostgreSQL: files are dropped, a sync runs, its chunks go through the
/// pipeline, the run completes. Only the broker is left out. Time is what the test says.
/// </summary>
internal sealed class NightWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset FirstNight = new(2026, 3, 2, 2, 0, 0, TimeSpan.FromHours(8));
    private static readonly IProgress<LandingProgress> s_nobody = new Progress<LandingProgress>();
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-nights-").FullName;
    private readonly OwnDatabase _database;
    private readonly FakeTimeProvider _time = new(FirstNight);
    private ServiceProvider _services;

    private NightWorld(OwnDatabase database)
    {
        _database = database;
        File.WriteAllText(Path.Combine(_folder, "master.key"), Convert.ToBase64String(SHA256.HashData("the same in every world"u8)));
        Directory.CreateDirectory(DropFolder);
        _services = Build(new Dictionary<string, string?>());
    }

    public string DropFolder => Path.Combine(_folder, "drop");

    public FakeTimeProvider Time => _time;

    /// <summary>Everything that lies on disk: drop folder, taken files, results, archive, keys.</summary>
    public string Folder => _folder;

    public string Results => Path.Combine(_folder, "results");

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public HubDatabase Hub => Get<HubDatabase>();

    public static async Task<NightWorld> Create(HubDatabases databases) =>
        new(await databases.Create(TestContext.Current.CancellationToken));

    /// <summary>The same database and folders under other settings, as after a restart.</summary>
    public async Task Restart(Dictionary<string, string?> settings)
    {
        await _services.DisposeAsync();
        _services = Build(settings);
    }

    public Task<string> Ask(string sql) => _database.Ask(sql);

    public Task<string> Dump() => _database.Dump();

    public Task Run(string sql) => _database.Run(sql);

    /// <summary>Lives one night: the clock goes to it, the source is synced, everything is processed.</summary>
    public async Task<List<FileAccount>> Night(int night, string source = "provincial")
    {
        _time.SetUtcNow(FirstNight.AddDays(night - 1) > _time.GetUtcNow() ? FirstNight.AddDays(night - 1) : _time.GetUtcNow().AddMinutes(1));
        return await Process(await Get<NightlySync>().Run(source, s_nobody, Cancellation));
    }

    public async Task<List<FileAccount>> Release(string file, string source = "provincial")
    {
        await Get<HeldFiles>().Release(file, "王科长", "核实属实", Cancellation);
        return await Process(await Get<NightlySync>().RunReleased(source, s_nobody, Cancellation));
    }

    public async Task<List<FileAccount>> RunAgain(QuarantineFilter filter, string source = "provincial") =>
        await Process(await Get<NightlySync>().RunAgain(source, filter, s_nobody, Cancellation));

    /// <summary>What every run noted as a problem, joined.</summary>
    public Task<string> Problems() => Ask("select coalesce(string_agg(problem_code, ' ' order by run_id), '') from intake.run");

    public async Task<List<FileAccount>> Accounts(Guid runId)
    {
        await using var work = await Hub.Begin(Cancellation);
        return await FileStore.Accounts(work, runId, Cancellation);
    }

    /// <summary>What every stream remembers of its rows: type, county, entry.</summary>
    public async Task<List<(string Stream, RowEntry Entry)>> Remembered()
    {
        await using var work = await Hub.Begin(Cancellation);
        var streams = await work.Query(
            "select stream_id, type || ' ' || area from intake.stream order by 2", [],
            row => (Id: row.GetInt32(0), Name: row.GetString(1)), Cancellation);
        var remembered = new List<(string, RowEntry)>();
        foreach (var stream in streams)
        {
            var states = await RowSegments.Load(work, Get<Keyring>(), stream.Id, fileId: 0, rowsToCome: 0, Cancellation);
            remembered.AddRange(states.All().OrderBy(entry => entry.Key).Select(entry => (stream.Name, entry)));
        }

        return remembered;
    }

    /// <summary>How many rows are missing from the last snapshot of their stream and not given up yet.</summary>
    public async Task<int> Missing(string county = "") =>
        (await Remembered()).Count(row => row.Stream.EndsWith(county, StringComparison.Ordinal) && row.Entry.Missing > 0);

    /// <summary>Every file of every night adds up to the row.</summary>
    public async Task AssertConserved()
    {
        await using var work = await Hub.Begin(Cancellation);
        foreach (var run in await RunStore.Recent(work, 1_000, Cancellation))
        {
            Assert.All(
                await FileStore.Accounts(work, run.RunId, Cancellation),
                file => Assert.Equal(file.Rows, file.Unchanged + file.Applied + file.Quarantined + file.Held));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServiceProvider Build(Dictionary<string, string?> more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Database:ConnectionString"] = _database.ConnectionString,
            ["Hub:Protection:MasterKeyFile"] = Path.Combine(_folder, "master.key"),
            ["Hub:Archive:Folder"] = Path.Combine(_folder, "archive"),
            ["Hub:Contracts:Folder"] = Path.Combine(Root, "contracts"),
            ["Hub:Provincial:DropFolder"] = DropFolder,
            ["Hub:Provincial:BaseUrl"] = "http://127.0.0.1:1",
            ["Hub:Provincial:Counties"] = "410499",
            ["Hub:Provincial:ApiTypes"] = "",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddHubDatabase().AddProtection().AddPolicy().AddTelemetry().AddOutbox().AddHubMessages().AddIntake().AddPipeline().AddRights()
            .AddProvincial(configuration)
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<NightlySync>()
            .BuildServiceProvider();
    }

    private async Task<List<FileAccount>> Process(Guid runId)
    {
        var pipeline = Get<ChunkPipeline>();
        for (var messages = await Messages(); messages.Count > 0; messages = await Messages())
        {
            foreach (var message in messages)
            {
                if (message.Topic.StartsWith("process-chunk", StringComparison.Ordinal))
                    await pipeline.Process(message.MessageId, ChunkOf(message), Cancellation);
            }
        }

        await using var work = await Hub.Begin(Cancellation);
        await RunStore.Complete(work, runId, _time.GetUtcNow(), Cancellation);
        await work.Commit(Cancellation);
        return await Accounts(runId);
    }

    private static Guid ChunkOf(OutboxRow message) =>
        JsonSerializer.Deserialize<ProcessChunk>(message.Body, JsonSerializerOptions.Web)!.ChunkId; // the topic says what it is

    private async Task<List<OutboxRow>> Messages()
    {
        await using var work = await Hub.Begin(Cancellation);
        var rows = await OutboxStore.Take(work, 100, keep: false, _time.GetUtcNow(), Cancellation);
        await work.Commit(Cancellation);
        return rows;
    }

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "IntegrationHub.sln")))
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root was not found.");
            return folder;
        }
    }
}

/// <summary>A file as a sender writes it into the drop folder, with its manifest.</summary>
internal sealed record SentFile(string Type, string County, int Night, IReadOnlyList<string> Rows)
{
    public string Header { get; init; } = Type switch
    {
        "HZ" => "家庭固化ID,户主姓名,户主身份证,家庭人口数,救助类型,开始年月,结束年月,区划,居住地址,户籍地址,电话,申请原因,更新时间,操作类型",
        "CY" => "家庭固化ID,姓名,身份证,与户主关系,性别,出生日期,健康,残疾证号,劳动能力,就学阶段",
        "FF" => "批次号,家庭固化ID,领款人身份证,救助类型,所属年月,金额,发放日期,状态",
        _ => "",
    };

    public string Encoding { get; init; } = "GB18030";

    public DateTimeOffset AsOf => NightWorld.FirstNight.AddDays(Night - 1).AddHours(-2.5);

    public string Name { get; init; } = string.Create(
        CultureInfo.InvariantCulture, $"DSR_{Type}_{County}_{NightWorld.FirstNight.AddDays(Night - 1):yyyyMMdd}_F_{Night:0000}.csv");

    public int Sequence { get; init; } = Night;

    public byte[] Bytes => Text.GetBytes(string.Join("\r\n", Rows.Prepend(Header).Append("")));

    /// <summary>Puts it there. Torn: the manifest promises the whole, half of the bytes came.</summary>
    public SentFile Drop(string folder, bool isTorn = false, long? promised = null)
    {
        var bytes = Bytes;
        File.WriteAllBytes(Path.Combine(folder, Name), isTorn ? bytes[..(bytes.Length / 2)] : bytes);
        File.WriteAllText(Path.Combine(folder, $"{Name}.ok"), Manifest(Name, bytes, promised ?? Rows.Count));
        return this;
    }

    public string Manifest(string name, byte[] bytes, long rows) => JsonSerializer.Serialize(new
    {
        file = name,
        rows,
        sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        as_of = AsOf,
        seq = Sequence,
        prev_seq = Sequence - 1,
    });

    private Encoding Text
    {
        get
        {
            System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return System.Text.Encoding.GetEncoding(Encoding);
        }
    }
}
