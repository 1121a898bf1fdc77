using System.Text.Json;
using IntegrationHub.Clock;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Subscriptions;
using IntegrationHub.Telemetry;
using IntegrationHub.Testing.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Benchmarks.Claims;

/// <summary>
/// A hub with so many people whose needs one organisation has accepted and may be told everything about; made by the
/// hub's own chunk pipeline, and answered by its own web as a process.
/// </summary>
internal sealed class ClaimWorld : IAsyncDisposable
{
    private const string Uscc = "51410499501000068N";
    private const int ChunkSize = 500;

    private readonly ServiceProvider _services;
    private readonly Dictionary<string, string?> _settings;
    private readonly string _folder;
    private HubProcess? _web;

    private ClaimWorld(string folder, Dictionary<string, string?> settings)
    {
        _folder = folder;
        _settings = settings;
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging()
            .AddClock().AddHubDatabase().AddProtection().AddPolicy().AddTelemetry().AddOutbox().AddHubMessages()
            .AddIntake().AddPipeline().AddSubscriptions()
            .BuildServiceProvider();
    }

    public string ApiKey { get; private set; } = "";

    public Uri Address => (_web ?? throw new InvalidOperationException("Not started.")).BaseAddress;

    public IReadOnlyList<Guid> Referrals { get; private set; } = [];

    /// <summary>The most memory the web's process has held.</summary>
    public int RssMb => MemoryPeak.Megabytes((_web ?? throw new InvalidOperationException("Not started.")).ProcessId);

    private HubDatabase Database => _services.GetRequiredService<HubDatabase>();

    public static async Task<ClaimWorld> Create(string connectionString, string folder, int people, CancellationToken cancellationToken)
    {
        var masterKey = Path.Combine(folder, "master.key");
        ProtectionServices.CreateForTrial(masterKey);
        var world = new ClaimWorld(folder, new Dictionary<string, string?>
        {
            ["Hub:Database:ConnectionString"] = connectionString,
            ["Hub:Protection:MasterKeyFile"] = masterKey,
            ["Hub:Archive:Folder"] = Path.Combine(folder, "archive"),
            ["Hub:Subscriptions:AllowedTargets:0"] = "http://127.0.0.1:9/",
        });
        await world.Fill(people, cancellationToken);
        await world.StartWeb(cancellationToken);
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await _web.DisposeAsync();
        await _services.DisposeAsync();
    }

    private async Task Fill(int people, CancellationToken cancellationToken)
    {
        await _services.GetRequiredService<Migrator>().Migrate(cancellationToken);
        await _services.GetRequiredService<PolicyDesk>()
            .Install(_services.GetRequiredService<ContractsFolder>().Path, cancellationToken);
        var today = HubCalendar.DayOf(TimeProvider.System.GetUtcNow());
        await Take([Organisation(today)], cancellationToken);
        foreach (var chunk in Enumerable.Range(0, people).Chunk(ChunkSize))
            await Take([.. chunk.SelectMany(person => Person(person, today))], cancellationToken);
        await Route(people, cancellationToken);
        var added = await _services.GetRequiredService<SubscriptionService>().Add(Uscc, "http://127.0.0.1:9/hooks", cancellationToken);
        ApiKey = added.ApiKey;
    }

    private async Task Take(IReadOnlyList<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        await using (var work = await Database.Begin(cancellationToken))
        {
            await _services.GetRequiredService<RecordInbox>().Land(work, null, null, records, cancellationToken);
            await work.Commit(cancellationToken);
        }

        foreach (var (id, chunk) in await Chunks(cancellationToken))
            await _services.GetRequiredService<ChunkPipeline>().Process(id, chunk, cancellationToken);
    }

    private async Task<List<(Guid Id, Guid Chunk)>> Chunks(CancellationToken cancellationToken)
    {
        await using var work = await Database.Begin(cancellationToken);
        var waiting = await work.Query(
            "delete from outbox.message where topic like 'process-chunk:%' returning message_id, body", [],
            row => (row.GetGuid(0), JsonSerializer.Deserialize<ProcessChunk>(row.GetFieldValue<byte[]>(1), JsonSerializerOptions.Web)!.ChunkId),
            cancellationToken);
        await work.Commit(cancellationToken);
        return waiting;
    }

    // Offers by the hub's own routing; the acceptances, which are not measured, by one statement.
    private async Task Route(int people, CancellationToken cancellationToken)
    {
        var message = new RouteNeeds();
        await using (var work = await Database.Begin(cancellationToken))
        {
            while (message is not null)
            {
                await _services.GetRequiredService<NeedRouting>().Route(work, message, cancellationToken);
                message = (await work.Query(
                    "delete from outbox.message where topic like 'route-needs:%' returning body", [],
                    row => JsonSerializer.Deserialize<RouteNeeds>(row.GetFieldValue<byte[]>(0), JsonSerializerOptions.Web),
                    cancellationToken)).SingleOrDefault();
            }

            await work.Execute("update referrals.attempt set state = 'ACCEPTED' where state = 'OFFERED'", [], cancellationToken);
            Referrals = await work.Query(
                "update referrals.referral set state = 'ACCEPTED', version = version + 1 where state = 'OFFERED' returning referral_id", [],
                row => row.GetGuid(0), cancellationToken);
            await work.Commit(cancellationToken);
        }

        if (Referrals.Count != people)
        {
            throw new BenchmarkFailedException(
                $"Of {people} needs {Referrals.Count} were offered: {string.Join("; ", await WhyNot(cancellationToken))}.");
        }
    }

    private async Task<List<string>> WhyNot(CancellationToken cancellationToken)
    {
        await using var work = await Database.Begin(cancellationToken);
        return await work.Query(
            """
            select coalesce(objection, predicate, refused::text) || ' (' || count(*) || ')'
              from referrals.routing_reason
             group by coalesce(objection, predicate, refused::text)
            union all
            select 'referrals ' || state || ' (' || count(*) || ')'
              from referrals.referral
             group by state
             limit 10
            """,
            [], row => row.GetString(0), cancellationToken);
    }

    private async Task StartWeb(CancellationToken cancellationToken) => _web = await HubProcess.Start(
        HubProgram.Web,
        new ProcessOptions
        {
            Arguments = ["--urls", "http://127.0.0.1:0"],
            Environment = _settings.ToDictionary(
                setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value ?? ""),
            LogFolder = _folder,
            Name = "web",
        },
        cancellationToken);

    private OrganisationRecord Organisation(DateOnly today) => new()
    {
        SourceKey = Key("organisation"),
        Version = 1,
        ContentHash = Guid.Empty,
        Organisation = new Organisation
        {
            Uscc = Uscc,
            Name = "示例三县慈善会",
            OrgType = "SOCIAL_GROUP",
            IsCharity = true,
            Status = "NORMAL",
            Level = "COUNTY",
            Scopes = ["ZJ"],
            Areas = ["410423"],
            AgreementId = "AGR-1",
            AgreementFrom = today.AddDays(-30),
            AgreementTo = today.AddDays(30),
            AgreementItems = DataItems.All,
        },
    };

    private IEnumerable<CanonicalRecord> Person(int number, DateOnly today)
    {
        var digits = $"410499{new DateOnly(1970, 1, 1).AddDays(number % 10_000):yyyyMMdd}{number / 10_000:000}";
        var idNo = digits + ResidentId.CheckCharacterFor(digits);
        var name = $"示例{(char)('一' + (number % 1_000))}{(char)('一' + (number / 1_000))}";
        var household = $"B{number}";
        yield return new HouseholdRecord
        {
            SourceKey = Key($"HZ{number}"),
            Version = 1,
            ContentHash = Guid.Empty,
            HouseholdRef = household,
            HeadIdNo = idNo,
            HeadName = name,
            MemberCount = 1,
            Category = "LI1",
            Division = "410423",
            ResidenceAddress = $"示例路{number}号",
            Phone = $"138{number:00000000}",
        };
        yield return new MemberRecord
        {
            SourceKey = Key($"CY{number}"),
            Version = 1,
            ContentHash = Guid.Empty,
            HouseholdRef = household,
            IdNo = idNo,
            Name = name,
            Relation = "02",
            Sex = "1",
            BornOn = new DateOnly(1970, 1, 1).AddDays(number % 10_000),
        };
        yield return new RecognitionRecord
        {
            SourceKey = Key($"RD{number}"),
            Version = 1,
            ContentHash = Guid.Empty,
            RecognitionRef = $"RD{number}",
            HouseholdRef = household,
            IdNo = idNo,
            Category = "LI1",
            RecognisedOn = today.AddDays(-100),
        };
        yield return new NeedRecord
        {
            SourceKey = Key($"XQ{number}"),
            Version = 1,
            ContentHash = Guid.Empty,
            NeedRef = $"XQ{number}",
            IdNo = idNo,
            HouseholdRef = household,
            Kind = "ZJ",
            Hardship = "HD5",
            Amount = 3000,
            Ground = "STILL_IN_HARDSHIP",
            Reason = "房屋漏雨",
            GovAidStatus = "RECEIVING",
            Division = "410423",
            Channel = "OFFLINE",
            Circumstances = new NeedCircumstances { SubjectStatus = "REGISTERED", HasReason = true },
            OpenedOn = today,
            Status = "OPEN",
        };
        yield return new ConsentRecord
        {
            SourceKey = Key($"TY{number}"),
            Version = 1,
            ContentHash = Guid.Empty,
            IdNo = idNo,
            Event = Consent($"TY{number}", today),
        };
    }

    private static ConsentEvent Consent(string id, DateOnly today) => new()
    {
        ConsentId = id,
        Sequence = 1,
        Type = ConsentEventType.Given,
        Capacity = ConsentCapacity.Self,
        Purposes = ["ZJ"],
        Items = DataItems.All,
        RecipientClass = "CHARITY",
        Recipients = [Uscc],
        Actions = [ConsentAction.Offer, ConsentAction.Detail],
        Sensitive = true,
        Provide = true,
        NoticeId = "GZ-1",
        NoticeVersion = "1",
        EvidenceHash = id,
        EffectiveAt = TimeProvider.System.GetUtcNow().AddDays(-1),
        ValidFrom = today.AddDays(-10),
        ValidTo = today.AddDays(100),
    };

    private Guid Key(string reference) => _services.GetRequiredService<Keyring>().Index("benchmark", reference);
}
