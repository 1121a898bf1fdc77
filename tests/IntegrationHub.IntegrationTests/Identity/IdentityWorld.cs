using IntegrationHub.Aid;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.IntegrationTests.Identity;

/// <summary>A hub that takes records in through its pipeline, over a real database; every number is of area 410499.</summary>
internal sealed class IdentityWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Night = ReferralWorld.Night;

    private readonly ServiceProvider _services;
    private readonly Keyring _keyring = new(new byte[32]);

    private IdentityWorld(OwnDatabase database)
    {
        Database = database;
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(database.Hub)
            .AddSingleton(_keyring)
            .AddSingleton<RecordInbox>()
            .AddTelemetry().AddPolicy().AddHubMessages().AddOutbox().AddPipeline()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public OwnDatabase Database { get; }

    public FakeTimeProvider Time { get; } = new(Night);

    public ReviewDesk Desk => _services.GetRequiredService<ReviewDesk>();

    public ClaimRelease Claims => _services.GetRequiredService<ClaimRelease>();

    public ReferralAnswers Answers => _services.GetRequiredService<ReferralAnswers>();

    public HubVerification Verification => new(Database.Hub, _services.GetRequiredService<PolicyBook>(), Time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<IdentityWorld> Open(HubDatabases databases) => new(await databases.Create(Token));

    public static string Number(string birth, int sequence)
    {
        var digits = $"410499{birth}{sequence:000}";
        return digits + ResidentId.CheckCharacterFor(digits);
    }

    public Guid KeyOf(string idNo) => _services.GetRequiredService<IdentityStation>().PersonKeyOf(idNo);

    public Guid Source(string reference) => _keyring.Index("test", reference);

    public Guid ReferralOf(string needRef) => DerivedId.Of(Source(needRef), "referral");

    public string PairwiseOf(string idNo, string uscc) => _keyring.Pairwise(KeyOf(idNo), uscc).ToString("N");

    public HouseholdRecord Household(
        string reference, string? headIdNo, string division, string? phone = "示例电话", string? category = null, int night = 1) => new()
        {
            SourceKey = Source($"HZ {reference}"),
            Version = VersionOf(night),
            ContentHash = Source($"HZ {reference} {headIdNo} {division} {phone} {category} {night}"),
            HouseholdRef = reference,
            HeadIdNo = headIdNo,
            HeadName = "示例户主",
            Division = division,
            Phone = phone,
            Category = category,
        };

    /// <summary>A member record; its source keeps it by household and line.</summary>
    public MemberRecord Member(
        string reference, string? idNo, string name, DateOnly? born = null, string sex = "1", string line = "1", int night = 1) => new()
        {
            SourceKey = Source($"CY {reference} {line}"),
            Version = VersionOf(night),
            ContentHash = Source($"CY {reference} {line} {idNo} {name} {born} {sex} {night}"),
            HouseholdRef = reference,
            IdNo = idNo,
            IdAssurance = idNo is null ? IdAssurance.None : IdAssurance.Stated,
            Name = name,
            Sex = sex,
            BornOn = born ?? (ResidentId.TryParse(idNo, out var id) ? id.BornOn : null),
        };

    public RecognitionRecord Recognition(string reference, string idNo, string category, int night = 1) => new()
    {
        SourceKey = Source($"RD {reference} {idNo}"),
        Version = VersionOf(night),
        ContentHash = Source($"RD {reference} {idNo} {category} {night}"),
        RecognitionRef = $"RD {reference}",
        HouseholdRef = reference,
        IdNo = idNo,
        Category = category,
        RecognisedOn = new DateOnly(2025, 6, 1),
    };

    public GovAidRecord Aid(string reference, string idNo, decimal amount) => new()
    {
        SourceKey = Source($"FF {reference} {idNo}"),
        Version = VersionOf(1),
        ContentHash = Source($"FF {reference} {idNo} {amount}"),
        BatchRef = "B1",
        HouseholdRef = reference,
        PayeeIdNo = idNo,
        Category = "LI1",
        Period = "202602",
        Amount = amount,
        PaidOn = new DateOnly(2026, 2, 20),
        Status = "PAID",
    };

    public NeedRecord Need(string needRef, string idNo, string reference, string division) => new()
    {
        SourceKey = Source(needRef),
        Version = VersionOf(1),
        ContentHash = Source($"{needRef} content"),
        NeedRef = needRef,
        IdNo = idNo,
        HouseholdRef = reference,
        Kind = "ZY",
        Hardship = "HD1",
        Amount = 6000,
        Ground = "NOT_ELIGIBLE", // these people need no category
        Reason = "手术后自付部分仍有困难",
        GovAidStatus = "REJECTED",
        Division = division,
        Channel = "OFFLINE",
        Circumstances = ReferralWorld.Settled,
        OpenedOn = new DateOnly(2026, 3, 1),
        ExpiresOn = new DateOnly(2026, 12, 31),
        Status = "OPEN",
    };

    public ConsentRecord Consent(string idNo, ConsentEvent told) => new()
    {
        SourceKey = Source($"TY {told.ConsentId} {told.Sequence}"),
        Version = VersionOf(1),
        ContentHash = Source($"TY {told.ConsentId} {told.Sequence} {idNo}"),
        IdNo = idNo,
        Event = told,
    };

    public OrganisationRecord Register(Organisation organisation) => new()
    {
        SourceKey = Source(organisation.Uscc),
        Version = VersionOf(1),
        ContentHash = Source(organisation.Uscc),
        Organisation = organisation,
    };

    public static EndedRecord Ended(CanonicalRecord record, string type, int night) => new()
    {
        SourceKey = record.SourceKey,
        Version = VersionOf(night),
        ContentHash = record.SourceKey,
        Type = type,
    };

    /// <summary>Lands the records as one chunk and takes it through the pipeline.</summary>
    public async Task Take(params CanonicalRecord[] records)
    {
        await using (var work = await Database.Hub.Begin(Token))
        {
            await _services.GetRequiredService<RecordInbox>().Land(work, null, null, records, Token);
            await work.Commit(Token);
        }

        var message = Guid.Parse(await Database.Ask("select message_id from outbox.message where topic like 'process-chunk%' order by id desc limit 1"));
        var chunk = Guid.Parse(await Database.Ask("select chunk_id from intake.chunk where state = 'WAITING'"));
        Assert.True(await _services.GetRequiredService<ChunkPipeline>().Process(message, chunk, Token));
        Assert.Equal("0", await Database.Ask("select count(*) from failures.failed_message"));
    }

    public async Task<LinkageOutcome> Link()
    {
        await using var work = await Database.Hub.Begin(Token);
        var outcome = await _services.GetRequiredService<IdentityLinkage>().Run(work, Token);
        await work.Commit(Token);
        return outcome;
    }

    public async Task Route()
    {
        await using var work = await Database.Hub.Begin(Token);
        await _services.GetRequiredService<NeedRouting>().Route(work, new RouteNeeds(), Token);
        await work.Commit(Token);
    }

    public async Task<PersonKeys> Person(string idNo)
    {
        await using var work = await Database.Hub.Begin(Token);
        return (await PersonBook.KeysOf(work, [KeyOf(idNo)], Token)).Values.Single();
    }

    /// <summary>What a decision may know of the person this number means now.</summary>
    public async Task<SubjectFacts?> Facts(string idNo)
    {
        await using var work = await Database.Hub.Begin(Token);
        var person = (await PersonBook.KeysOf(work, [KeyOf(idNo)], Token)).Values.Single();
        return (await PersonBook.Facts(work, [person], Token)).GetValueOrDefault(person.PersonKey);
    }

    public async Task<decimal> GovTotal(string idNo)
    {
        await using var work = await Database.Hub.Begin(Token);
        var person = (await PersonBook.KeysOf(work, [KeyOf(idNo)], Token)).Values.Single();
        return await AidStore.GovTotal(work, person.Keys, Token);
    }

    public async Task<IReadOnlyList<string>> Categories(string idNo)
    {
        await using var work = await Database.Hub.Begin(Token);
        var person = (await PersonBook.KeysOf(work, [KeyOf(idNo)], Token)).Values.Single();
        return await PersonBook.Categories(work, person, HubCalendar.DayOf(Time.GetUtcNow()), Token);
    }

    public async Task<Review> OpenReview() => Assert.Single(await Desk.List(Review.Open, null, 100, Token));

    /// <summary>A merge as it is done: one proposes, another approves.</summary>
    public async Task Merge(Guid reviewId)
    {
        await Desk.Merge(new ReviewOrder(reviewId, "甲", "核对无误"), Token);
        await Desk.Merge(new ReviewOrder(reviewId, "乙", "核对无误"), Token);
    }

    /// <summary>Every row of every table as text, but for what remembers that something was done.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Dump()
    {
        await using var work = await Database.Hub.Begin(Token);
        var tables = await work.Query(
            """
            select format('%I.%I', schemaname, tablename)
              from pg_tables
             where schemaname not in ('pg_catalog', 'information_schema', 'audit', 'outbox')
               and (schemaname, tablename) not in (('identity', 'review'), ('identity', 'past_alias'))
             order by 1
            """,
            [], row => row.GetString(0), Token);
        var dump = new Dictionary<string, string>();
        foreach (var table in tables)
        {
            dump[table] = (await work.Query(
                $"select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from {table} t", [], row => row.GetString(0), Token)).Single();
        }

        return dump;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Versions are the snapshots' instants, a night apart.</summary>
    public static long VersionOf(int night) => Night.AddDays(night - 1).ToUnixTimeMilliseconds();
}
