using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Protection;

namespace IntegrationHub.IntegrationTests.Identity;

/// <summary>Member records keep the memory of their own effect; the fast way in and the careful one end alike.</summary>
public sealed class MemberRecordsTests(HubDatabases databases)
{
    private const string Id = "410499197605121035";
    private static readonly IdentityStation Station = new(new Keyring(Enumerable.Repeat((byte)7, 32).ToArray()));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_record_is_kept_either_way(bool probablyNew)
    {
        await using var database = await databases.Create(Token);

        var verdicts = await Keep(database, probablyNew, Member(1, version: 1), Member(2, version: 1));

        Assert.All(verdicts.Values, verdict => Assert.Equal(EffectVerdict.Apply, verdict));
        Assert.Equal("2 1", await database.Ask("select count(*), count(distinct person_key) from identity.member"));
        Assert.Equal("1", await database.Ask("select count(*) from protection.subject_key"));
    }

    [Fact]
    public async Task A_record_thought_new_that_is_known_is_judged_as_any_other()
    {
        await using var database = await databases.Create(Token);
        await Keep(database, true, Member(1, version: 5), Member(2, version: 5), Member(3, version: 5));

        var verdicts = await Keep(
            database, true, Member(1, version: 6), Member(2, version: 4), Member(3, version: 5, content: 9), Member(4, version: 1));

        Assert.Equal(EffectVerdict.Apply, verdicts[Key(1)]);
        Assert.Equal(EffectVerdict.AlreadyApplied, verdicts[Key(2)]);
        Assert.Equal(EffectVerdict.Conflict, verdicts[Key(3)]);
        Assert.Equal(EffectVerdict.Apply, verdicts[Key(4)]);
        Assert.Equal("6 5 5 1", await database.Ask("select string_agg(version::text, ' ' order by source_key) from identity.member"));
    }

    [Fact]
    public async Task The_same_record_again_changes_nothing()
    {
        await using var database = await databases.Create(Token);
        await Keep(database, true, Member(1, version: 5));

        var verdicts = await Keep(database, true, Member(1, version: 5));

        Assert.Equal(EffectVerdict.AlreadyApplied, verdicts[Key(1)]);
    }

    [Fact]
    public async Task Scenario_12_one_number_under_two_names_is_held_until_one_record_ends()
    {
        await using var database = await databases.Create(Token);
        await Keep(database, true, Member(1, version: 1, name: "张三"), Member(2, version: 1, name: "李四"));
        Assert.Equal("CONFLICT", (await Facts(database)).State);

        await End(database, Key(2), version: 2);

        Assert.Equal("OK", (await Facts(database)).State);
    }

    private static async Task<Dictionary<Guid, EffectVerdict>> Keep(OwnDatabase database, bool probablyNew, params MemberRecord[] members)
    {
        await using var work = await database.Hub.Begin(Token);
        var verdicts = await Station.KeepMembers(work, members, probablyNew, Token);
        await work.Commit(Token);
        return verdicts;
    }

    private static async Task End(OwnDatabase database, Guid key, long version)
    {
        await using var work = await database.Hub.Begin(Token);
        var ended = new EndedRecord { SourceKey = key, Version = version, ContentHash = Guid.Empty, Type = "CY" };
        await Station.Apply(work, [ended], Token);
        await work.Commit(Token);
    }

    private static async Task<SubjectFacts> Facts(OwnDatabase database)
    {
        await using var work = await database.Hub.Begin(Token);
        var person = Station.PersonKeyOf(Id);
        var persons = await PersonBook.KeysOf(work, [person], Token);
        return (await PersonBook.Facts(work, persons.Values, Token))[person];
    }

    private static MemberRecord Member(int key, long version, byte content = 1, string name = "张三") => new()
    {
        SourceKey = Key(key),
        Version = version,
        ContentHash = Key(content),
        HouseholdRef = "JT41049900000001",
        IdNo = Id,
        Name = name,
        BornOn = new DateOnly(1976, 5, 12),
    };

    private static Guid Key(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 9]);
}
