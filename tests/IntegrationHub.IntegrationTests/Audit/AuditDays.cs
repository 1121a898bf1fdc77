using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.IntegrationTests.Audit;

/// <summary>A hub that writes audit entries over some days, with a key file and an export folder of its own.</summary>
internal sealed class AuditDays : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("audit-days");

    private AuditDays(OwnDatabase database) => Database = database;

    public OwnDatabase Database { get; }

    /// <summary>Monday 2 March 2026, two in the morning in China.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 2, 0, 0, TimeSpan.FromHours(8)));

    public string Exports => Path.Combine(_folder.FullName, "roots");

    public string KeyFile => Path.Combine(_folder.FullName, "key");

    public AuditRoots Roots => new(
        Database.Hub, new SigningKeyFile(new Keyring(new byte[32]), KeyFile),
        Options.Create(new AuditOptions { RootFolder = Exports }), Time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<AuditDays> Open(HubDatabases databases) => new(await databases.Create(Token));

    public async Task Write(int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            Time.Advance(TimeSpan.FromTicks(12_345));
            await using var work = await Database.Hub.Begin(Token);
            await AuditLog.Append(work, new AuditFact("hub", "test.done", "thing", new { number = i }), Time, Token);
            await work.Commit(Token);
        }
    }

    public async Task Digest(string name)
    {
        await using var work = await Database.Hub.Begin(Token);
        await AuditLog.ChangeDigest(work, name, "a", "test", Time, Token);
        await work.Commit(Token);
    }

    /// <summary>Two days of five entries, a day of none, a day of three; the next morning all four are closed and exported.</summary>
    public async Task Live()
    {
        await Write(5);
        Time.Advance(TimeSpan.FromDays(1));
        await Write(5);
        Time.Advance(TimeSpan.FromDays(2));
        await Write(3);
        Time.Advance(TimeSpan.FromDays(1));
        await Roots.MakeDue(Token);
        await Roots.Export(null, Token);
    }

    /// <summary>What somebody does who knows how the chain is made: every hash from an entry on is computed again.</summary>
    public Task Rechain(long from) => Database.Run(
        $$"""
        do $do$
        declare
            e audit.entry;
            before bytea := (select hash from audit.entry where sequence = {{from}} - 1);
            made bytea;
        begin
            for e in select * from audit.entry where sequence >= {{from}} order by sequence loop
                made := sha256(before || convert_to(
                    e.sequence || E'\n' || to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '0Z' || E'\n'
                    || e.actor || E'\n' || e.action || E'\n' || e.subject || E'\n' || e.detail, 'UTF8'));
                update audit.entry set previous_hash = before, hash = made where sequence = e.sequence;
                before := made;
            end loop;
            update audit.head set hash = before, sequence = (select max(sequence) from audit.entry);
        end
        $do$
        """);

    public async Task<Verification> Verify(string? against = null, DateOnly? since = null) =>
        await new HubVerification(
            Database.Hub, PolicyFile.Book(Path.Combine(AppContext.BaseDirectory, "contracts")), Time)
            .Verify(new VerifyOrder { Against = against, Since = since }, null, Token);

    public static async Task<string> CodeOf(Func<Task> act) => (await Assert.ThrowsAsync<HubProblemException>(act)).Code;

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
