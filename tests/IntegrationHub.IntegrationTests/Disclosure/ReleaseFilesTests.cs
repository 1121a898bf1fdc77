using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>Releases in a file: the same gate, the same proof, sealed for the organisation's certificate.</summary>
public sealed class ReleaseFilesTests(HubDatabases databases) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-release-").FullName;
    private readonly RSA _key = RSA.Create(2048);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R15_P11_a_file_gives_what_may_be_given_now_and_each_row_has_its_decision_and_its_proof()
    {
        await using var world = await Registered();
        await world.Know(2);
        await world.Agree(2, ToClass("TY-8"));
        await world.Accepted();
        await world.Open(world.Need("XQ-2", person: 2));
        await world.Route();
        await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-2"), 1, Token);

        var built = await world.Files.Build(County, _folder, Token);
        var again = await world.Files.Build(County, _folder, Token);

        Assert.Equal((1, 1, 0), (built.Releases, built.Refused, built.Deletions));
        Assert.Equal((null, 1), (again.File, again.Refused));
        var plain = await Open(built.File!);
        Assert.Contains(Name, plain, StringComparison.Ordinal);
        Assert.Contains(IdOf(1), plain, StringComparison.Ordinal);
        Assert.DoesNotContain(IdOf(2), plain, StringComparison.Ordinal);
        Assert.Equal("1 1 1 RELEASED", await world.Database.Ask(
            $"""
            select count(*), max(sends)
                 , (select count(*) from audit.entry where action = 'claim.released')
                 , (select state from referrals.referral where referral_id = '{world.ReferralOf("XQ-1")}')
              from disclosure.release
            """));
        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(built.File!, Token)));
        Assert.Equal($"{digest} 1 0", await world.Database.Ask(
            "select encode(digest, 'hex'), releases, deletions from disclosure.release_file"));
    }

    [Fact]
    public async Task P07_the_next_file_carries_a_deletion_row_for_a_recall_and_the_one_after_it_none()
    {
        await using var world = await Registered();
        await world.Accepted();
        await world.Files.Build(County, _folder, Token);
        await world.Land(world.Told(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow())));
        await world.Review();
        world.Time.Advance(TimeSpan.FromDays(1));

        var next = await world.Files.Build(County, _folder, Token);
        var after = await world.Files.Build(County, _folder, Token);

        Assert.Equal((0, 1), (next.Releases, next.Deletions));
        Assert.Contains("DELETE,", await Open(next.File!), StringComparison.Ordinal);
        Assert.DoesNotContain(Name, await Open(next.File!), StringComparison.Ordinal);
        Assert.Null(after.File);
    }

    [Fact]
    public async Task If_the_record_cannot_be_written_no_file_is_left_and_nothing_counts_as_sent()
    {
        await using var world = await Registered();
        await world.Accepted();
        await world.Database.Run("alter table disclosure.release_file add constraint closed check (releases = 0) not valid");

        await Assert.ThrowsAnyAsync<Npgsql.PostgresException>(() => world.Files.Build(County, _folder, Token));

        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal("0 ACCEPTED", await world.Database.Ask(
            "select (select count(*) from disclosure.release), state from referrals.referral"));
    }

    [Fact]
    public async Task A_build_that_died_after_the_commit_is_finished_by_the_next()
    {
        await using var world = await Registered();
        await world.Accepted();
        var built = await world.Files.Build(County, _folder, Token);
        File.Move(built.File!, built.File! + ".part");

        await world.Files.Build(County, _folder, Token);

        Assert.Equal([built.File], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Without_a_usable_certificate_nothing_is_built()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Accepted();

        Assert.Equal("release.no_key", await Code(() => world.Files.Build(County, _folder, Token)));
        Assert.Equal("release.certificate", (await Assert.ThrowsAsync<HubProblemException>(
            () => world.Files.Register(County, [1, 2, 3], "official-1", Token))).Code);
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.release"));
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<ReferralWorld> Registered()
    {
        var world = await ReferralWorld.Open(databases);
        using var certificate = Certificate();
        await world.Files.Register(County, certificate.RawData, "official-1", Token);
        return world;
    }

    private X509Certificate2 Certificate() =>
        new CertificateRequest("CN=charity", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(Night.AddYears(-1), Night.AddYears(5));

    // As a charity would: with openssl and its own key.
    private async Task<string> Open(string file)
    {
        var folder = Directory.CreateTempSubdirectory("hub-charity-").FullName;
        try
        {
            using var certificate = Certificate();
            await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), _key.ExportPkcs8PrivateKeyPem(), Token);
            using var openssl = Process.Start(new ProcessStartInfo("openssl")
            {
                ArgumentList =
                {
                    "cms", "-decrypt", "-inform", "DER", "-in", file, "-inkey", Path.Combine(folder, "key.pem"),
                    "-out", Path.Combine(folder, "plain.csv"), "-binary",
                },
            })!; // it is on the path
            await openssl.WaitForExitAsync(Token);
            Assert.Equal(0, openssl.ExitCode);
            return await File.ReadAllTextAsync(Path.Combine(folder, "plain.csv"), Token);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> Code<T>(Func<Task<T>> call) =>
        (await Assert.ThrowsAsync<HubProblemException>(call)).Code;
}
