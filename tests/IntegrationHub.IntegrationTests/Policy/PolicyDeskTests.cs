using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Policy;

namespace IntegrationHub.IntegrationTests.Policy;

public sealed class PolicyDeskTests(HubDatabases databases)
{
    private static readonly string s_contracts = Path.Combine(AppContext.BaseDirectory, "contracts");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R01_the_packs_of_the_software_are_published_once_and_audited()
    {
        await using var database = await databases.Create(Token);
        await database.Run("delete from policy.pack");
        var book = new PolicyBook(database.Hub);
        var desk = new PolicyDesk(database.Hub, book, TimeProvider.System);

        var first = await desk.Install(s_contracts, Token);
        var again = await desk.Install(s_contracts, Token);

        Assert.Equal(["2026-01"], first);
        Assert.Empty(again);
        Assert.Equal("2026-01 True policy.published", await database.Ask(
            "select version, digest = sha256(convert_to(body, 'UTF8')), (select action from audit.entry) from policy.pack"));
        Assert.Equal("2026-01", book.On(new DateOnly(2026, 3, 2))?.Version);
    }

    [Fact]
    public async Task R01_a_published_version_with_another_body_is_refused()
    {
        await using var database = await databases.Create(Token);
        var folder = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("hub-policy-").FullName, "policy"));
        var body = await File.ReadAllTextAsync(Path.Combine(s_contracts, "policy", "policy-v1.json"), Token);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "policy-v1.json"), body.Replace("\"smallCell\": 5", "\"smallCell\": 4", StringComparison.Ordinal), Token);
        var desk = new PolicyDesk(database.Hub, new PolicyBook(database.Hub), TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<HubProblemException>(() => desk.Install(folder.Parent!.FullName, Token)); // made just above

        Assert.Equal("policy.changed", refusal.Code);
        Assert.Equal("True", await database.Ask("select body like '%\"smallCell\": 5%' from policy.pack"));
    }

    [Fact]
    public async Task R01_a_running_book_takes_in_what_was_published_elsewhere()
    {
        await using var database = await databases.Create(Token);
        await database.Run("create table kept as select * from policy.pack; delete from policy.pack");
        var book = new PolicyBook(database.Hub);
        Assert.Null(book.On(new DateOnly(2026, 3, 2)));

        await database.Run("insert into policy.pack select * from kept");

        Assert.True(await book.Refresh(Token));
        Assert.False(await book.Refresh(Token));
        Assert.NotNull(book.On(new DateOnly(2026, 3, 2)));
    }
}
