using System.Text.Json;
using IntegrationHub.Aid;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Subscriptions;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>A hub's referral ways over a real database and a clock the test sets.</summary>
internal sealed class ReferralWorld : IAsyncDisposable
{
    public const string County = "51410499501000068N";
    public const string City = "534104995010000253";
    public const string Name = "示例甲";
    public const string Phone = "示例电话一";

    /// <summary>Monday 2 March 2026, ten past two in the morning in China.</summary>
    public static readonly DateTimeOffset Night = new(2026, 3, 2, 2, 10, 0, TimeSpan.FromHours(8));

    private static readonly string[] Items = [.. DataItems.All];

    private readonly ServiceProvider _services;
    private readonly Keyring _keyring = new(new byte[32]);

    private ReferralWorld(OwnDatabase database)
    {
        Database = database;
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(database.Hub)
            .AddSingleton(_keyring)
            .AddSingleton<IdentityStation>()
            .AddSingleton<RecordInbox>()
            .AddSingleton<ChunkPipeline>()
            .AddSingleton<IErasureGate, ErasureGate>()
            .AddTelemetry()
            .AddPolicy()
            .AddHubMessages()
            .AddOutbox()
            .AddReferrals()
            .AddDisclosure()
            .AddReferralPipeline()
            .AddRedrive()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public OwnDatabase Database { get; }

    public FakeTimeProvider Time { get; } = new(Night);

    public ReferralAnswers Answers => _services.GetRequiredService<ReferralAnswers>();

    public Pipeline.Rights.PersonFinder Finder => new(_services.GetRequiredService<IdentityStation>());

    public Keyring Keys => _keyring;

    public ConsentDesk Consents => _services.GetRequiredService<ConsentDesk>();

    public ConsentClock Clock => _services.GetRequiredService<ConsentClock>();

    public DeathWatch Deaths => _services.GetRequiredService<DeathWatch>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public ClaimRelease Claims => _services.GetRequiredService<ClaimRelease>();

    public PolicyBook Book => _services.GetRequiredService<PolicyBook>();

    public PolicyDesk Rules => _services.GetRequiredService<PolicyDesk>();

    public IDeliveryCheck Check => _services.GetRequiredService<IDeliveryCheck>();

    public ReleaseFiles Files => _services.GetRequiredService<ReleaseFiles>();

    public ReverseDesk Reverse => _services.GetRequiredService<ReverseDesk>();

    public ReferralDesk Desk => _services.GetRequiredService<ReferralDesk>();

    public NoticeDesk Notices => _services.GetRequiredService<NoticeDesk>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A world with one person in the third county, the county's charity and the city's foundation.</summary>
    public static async Task<ReferralWorld> Open(HubDatabases databases)
    {
        var world = new ReferralWorld(await databases.Create(Token));
        await world.Know(1);
        await world.Register(Organisation(County, "COUNTY", "410423"), Organisation(City, "CITY", "4104"));
        return world;
    }

    public static Caller Calling(string uscc, params byte[] key) => new(uscc, key);

    public static Organisation Organisation(string uscc, string level, string area) => new()
    {
        Uscc = uscc,
        Name = "示例组织",
        OrgType = "FOUNDATION",
        IsCharity = true,
        Status = "NORMAL",
        Level = level,
        Scopes = ["ZY", "ZX"],
        Areas = [area],
        AgreementId = "AGR-1",
        AgreementFrom = new DateOnly(2026, 1, 1),
        AgreementTo = new DateOnly(2026, 12, 31),
        AgreementItems = Items,
    };

    /// <summary>All three insurances have paid, and 6,000 are left (R42).</summary>
    public static NeedCircumstances Settled { get; } = new()
    {
        SubjectStatus = "REGISTERED",
        HasReason = true,
        CostTotal = 30_000,
        BasicInsurance = 20_000,
        CriticalInsurance = 4_000,
        MedicalAssistance = 0,
    };

    /// <summary>An id number of the unallocated area 410499 with a right check character.</summary>
    public static string IdOf(int person)
    {
        var digits = $"41049919760512{person:000}";
        return digits + ResidentId.CheckCharacterFor(digits);
    }

    public Guid KeyOf(int person) => _keyring.PersonKey("resident-id", IdOf(person));

    public Guid SourceKey(string reference) => _keyring.Index("test", reference);

    public Guid ReferralOf(string needRef) => DerivedId.Of(SourceKey(needRef), "referral");

    public async Task Know(int person, string phone = Phone, int version = 1)
    {
        await using var work = await Database.Hub.Begin(Token);
        var identity = _services.GetRequiredService<IdentityStation>();
        await identity.Apply(
            work,
            [
                Household(person, phone, version),
                new RecognitionRecord
                {
                    SourceKey = SourceKey($"RD{person}"),
                    Version = version,
                    ContentHash = Guid.Empty,
                    RecognitionRef = $"RD{person}",
                    HouseholdRef = $"H{person}",
                    IdNo = IdOf(person),
                    Category = "LI1",
                    RecognisedOn = new DateOnly(2025, 6, 1),
                },
            ],
            Token);
        await identity.KeepMembers(
            work,
            [
                new MemberRecord
                {
                    SourceKey = SourceKey($"CY{person}"),
                    Version = version,
                    ContentHash = Guid.Empty,
                    HouseholdRef = $"H{person}",
                    IdNo = IdOf(person),
                    Name = Name,
                    Sex = "1",
                    BornOn = new DateOnly(1976, 5, 12),
                    Health = "30",
                },
            ],
            probablyNew: false, Token);
        await work.Commit(Token);
    }

    /// <summary>A member's row as the province sends it.</summary>
    public MemberRecord Member(int person, string household = "H1", int version = 2, bool isNotedDead = false) => new()
    {
        SourceKey = SourceKey($"CY{person}"),
        Version = version,
        ContentHash = SourceKey($"CY{person}|{version}"),
        HouseholdRef = household,
        IdNo = IdOf(person),
        Name = Name,
        Relation = "20",
        Sex = "1",
        BornOn = new DateOnly(1976, 5, 12),
        EducationStage = "ES3",
        IsNotedDead = isNotedDead,
    };

    public Task Register(params Organisation[] organisations) =>
        Register(Time.GetUtcNow().ToUnixTimeMilliseconds(), organisations);

    public async Task Register(long version, params Organisation[] organisations)
    {
        await using var work = await Database.Hub.Begin(Token);
        await OrganisationDirectory.Apply(
            work,
            [
                .. organisations.Select(organisation => new OrganisationRecord
                {
                    SourceKey = SourceKey(organisation.Uscc),
                    Version = version,
                    ContentHash = Guid.Empty,
                    Organisation = organisation,
                }),
            ],
            Token);
        await work.Commit(Token);
    }

    public NeedToApply Need(
        string reference, int person = 1, string status = "OPEN", int version = 1, string hardship = "HD1")
    {
        var need = NeedRecord(reference, person, status, version, hardship);
        return new NeedToApply(need.SourceKey, need.Version, KeyOf(person), need, []);
    }

    /// <summary>A need as the province sends it.</summary>
    public NeedRecord NeedRecord(
        string reference, int person = 1, string status = "OPEN", int version = 1, string hardship = "HD1")
    {
        return new NeedRecord
        {
            SourceKey = SourceKey(reference),
            Version = version,
            ContentHash = Guid.Empty,
            NeedRef = reference,
            IdNo = IdOf(person),
            HouseholdRef = $"H{person}",
            Kind = "ZY",
            Hardship = hardship,
            Amount = 6000,
            Ground = "STILL_IN_HARDSHIP",
            Reason = "手术后自付部分仍有困难",
            GovAidStatus = "RECEIVING",
            Division = "410423101",
            Channel = "OFFLINE",
            VerificationRef = "HD-1",
            OpenedOn = new DateOnly(2026, 3, 1),
            ExpiresOn = new DateOnly(2026, 12, 31),
            Status = status,
            Circumstances = Settled,
        };
    }

    public async Task Open(params NeedToApply[] needs)
    {
        await using var work = await Database.Hub.Begin(Token);
        var keys = await SubjectKeys.LoadOrAdd(
            work, _keyring, [.. needs.Select(need => need.PersonKey).Distinct()], probablyNew: false, Token);
        await NeedBook.Apply(
            work,
            [
                .. needs.Select(need => need with
                {
                    Sealed = Sealer.Seal(
                        keys[need.PersonKey],
                        JsonSerializer.SerializeToUtf8Bytes(
                            new NeedDetail { Reason = need.Need.Reason, Amount = need.Need.Amount },
                            JsonSerializerOptions.Web)),
                }),
            ],
            Token);
        await work.Commit(Token);
    }

    /// <summary>A consent for anonymous offers to charities as a class.</summary>
    public static ConsentEvent ToClass(string id = "TY-1") => Named(id) with
    {
        Recipients = [],
        RecipientClass = "CHARITY",
        Actions = [ConsentAction.Offer],
        Sensitive = false,
        Provide = false,
    };

    /// <summary>A consent that names organisations for everything.</summary>
    public static ConsentEvent Named(string id, params string[] recipients) => new()
    {
        ConsentId = id,
        Sequence = 1,
        Type = ConsentEventType.Given,
        Capacity = ConsentCapacity.Self,
        Purposes = ["ZY"],
        Items = Items,
        Recipients = recipients,
        Actions = [ConsentAction.Offer, ConsentAction.Detail, ConsentAction.Feedback],
        Sensitive = true,
        Provide = true,
        EvidenceHash = $"evidence of {id}",
        EffectiveAt = Night.AddDays(-20),
        ValidFrom = new DateOnly(2026, 2, 10),
        ValidTo = new DateOnly(2027, 2, 9),
    };

    public static ConsentEvent Withdrawal(ConsentEvent given, DateTimeOffset at) => given with
    {
        Sequence = given.Sequence + 1,
        Type = ConsentEventType.Withdrawn,
        EvidenceHash = null,
        EffectiveAt = at,
    };

    public Task Agree(params ConsentEvent[] events) => Agree(1, events);

    public async Task Agree(int person, params ConsentEvent[] events)
    {
        await using var work = await Database.Hub.Begin(Token);
        await ConsentLedger.Append(work, [.. events.Select(told => (KeyOf(person), told))], Time.GetUtcNow(), Token);
        await work.Commit(Token);
    }

    public async Task Route(RouteNeeds? message = null)
    {
        await using var work = await Database.Hub.Begin(Token);
        await _services.GetRequiredService<NeedRouting>().Route(work, message ?? new RouteNeeds(), Token);
        await work.Commit(Token);
    }

    /// <summary>Takes records the whole way of a chunk, as a consumer would.</summary>
    public async Task Land(params CanonicalRecord[] records)
    {
        await using (var work = await Database.Hub.Begin(Token))
        {
            await _services.GetRequiredService<RecordInbox>().Land(work, null, null, records, Token);
            await work.Commit(Token);
        }

        var message = (await Sent<ProcessChunk>("process-chunk")).Last();
        await _services.GetRequiredService<ChunkPipeline>().Process(message.Id, message.Body.ChunkId, Token);
    }

    /// <summary>A household as the province sends it.</summary>
    public HouseholdRecord Household(int person = 1, string phone = Phone, int version = 1) => new()
    {
        SourceKey = SourceKey($"HZ{person}"),
        Version = version,
        ContentHash = new Guid(version, 0, 0, new byte[8]),
        HouseholdRef = $"H{person}",
        HeadIdNo = IdOf(person),
        HeadName = Name,
        MemberCount = 4,
        Division = "410423101",
        ResidenceAddress = "示例路一号",
        Phone = phone,
    };

    /// <summary>A consent event as the province sends it.</summary>
    public ConsentRecord Told(ConsentEvent told, int person = 1) => new()
    {
        SourceKey = SourceKey($"TY|{told.ConsentId}|{told.Sequence}"),
        Version = 1,
        ContentHash = Guid.Empty,
        IdNo = IdOf(person),
        Event = told,
    };

    /// <summary>Does what the messages about changed people that wait ask for, and says how many there were.</summary>
    public async Task<int> Review()
    {
        var waiting = await Sent<PeopleChanged>("people-changed");
        foreach (var (id, body) in waiting)
        {
            await using var work = await Database.Hub.Begin(Token);
            if (await MessageOutbox.Claim(work, id, PersonReviewConsumer.Consumer, Token))
                await _services.GetRequiredService<PersonReview>().Review(work, body.PersonKeys, Token);
            await work.Execute("delete from outbox.message where message_id = $1", [Parameter.As(id)], Token);
            await work.Commit(Token);
        }

        return waiting.Count;
    }

    public async Task<List<(Guid Id, T Body)>> Sent<T>(string topic)
    {
        await using var work = await Database.Hub.Begin(Token);
        return await work.Query(
            "select message_id, body from outbox.message where topic like $1 || ':%' order by id", [Parameter.Text(topic)],
            row => (row.GetGuid(0), JsonSerializer.Deserialize<T>(row.GetFieldValue<byte[]>(1), JsonSerializerOptions.Web)!),
            Token);
    }

    public async Task<Guid> StartRun()
    {
        await using var work = await Database.Hub.Begin(Token);
        var runId = await RunStore.Start(work, "provincial", Time.GetUtcNow(), Time.GetUtcNow(), Token);
        await work.Commit(Token);
        return runId;
    }

    public async Task RecordAid(Guid referralId)
    {
        await using var work = await Database.Hub.Begin(Token);
        var aid = new CharityAid
        {
            AidId = $"{County}-1",
            Version = 1,
            Uscc = County,
            ReferralId = referralId,
            Kind = "ZY",
            Form = "CASH",
            Amount = 500,
            Date = new DateOnly(2026, 3, 2),
            Funding = "CHARITY_GENERAL",
            Status = "PAID",
        };
        await AidStore.UpsertCharity(work, [CharityAidRecords.Of(_keyring, aid)], Time.GetUtcNow(), Token);
        await work.Commit(Token);
    }

    /// <summary>Why a need went where it went, the oldest reason first.</summary>
    public async Task<IReadOnlyList<RoutingExplanation>> Why(string needRef)
    {
        await using var work = await Database.Hub.Begin(Token);
        return await RoutingReasons.Of(work, ReferralOf(needRef), Token);
    }

    /// <summary>The events told so far, in order.</summary>
    public async Task<IReadOnlyList<HubEvent>> Told()
    {
        await using var work = await Database.Hub.Begin(Token);
        var bodies = await work.Query(
            "select body from outbox.message where topic like 'events-recorded%' order by id", [],
            row => row.GetFieldValue<byte[]>(0), Token);
        return [.. bodies.SelectMany(body => Read(body).Events)];
    }

    private static EventsRecorded Read(byte[] body) =>
        JsonSerializer.Deserialize<EventsRecorded>(body, JsonSerializerOptions.Web)!; // written by the outbox

    /// <summary>A referral that the county's charity has accepted, with a consent that names it.</summary>
    public async Task<Guid> Accepted(string needRef = "XQ-1")
    {
        await Agree(ToClass(), Named("TY-2", County));
        await Open(Need(needRef));
        await Route();
        await Answers.Accept(Calling(County), ReferralOf(needRef), 1, Token);
        return ReferralOf(needRef);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }
}
