using IntegrationHub.Testing.Demo;

namespace IntegrationHub.EndToEndTests;

/// <summary>Two undisturbed nights between the two real outside systems, lived once for all tests here.</summary>
public sealed class TwoNights(TestServers servers) : IAsyncLifetime
{
    private HubWorld? _world;

    public HubWorld World => _world ?? throw new InvalidOperationException("The nights have not begun.");

    public List<NightReport> Nights { get; } = [];

    public List<string> Heard { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        _world = await servers.NewWorld(persons: 2_000, cancellationToken);
        await using var tap = await BusTap.Open(_world, cancellationToken);
        for (var night = 1; night <= 2; night++)
        {
            Nights.Add(await _world.LiveNight(night, cancellationToken));
            Heard.AddRange(await tap.Heard(cancellationToken));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
    }
}

public sealed class NightTests(TwoNights nights) : IClassFixture<TwoNights>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_file_adds_up_to_the_row() => Assert.All(
        nights.Nights.SelectMany(night => night.Files),
        file => Assert.Equal(file.Rows, file.Unchanged + file.Applied + file.Quarantined + file.Held));

    [Fact]
    public void Referrals_go_all_the_way_and_some_claims_are_refused()
    {
        var first = nights.Nights[0];

        Assert.All([first.Offers, first.Accepted, first.Released, first.Refused, first.AidRecords], count => Assert.True(count > 0));
        Assert.True(first.Released <= first.Accepted);
    }

    [Fact]
    public void The_second_night_parses_at_most_three_rows_in_a_hundred()
    {
        var files = nights.Nights[1].Files;

        Assert.True(files.Sum(file => file.Parsed) <= 0.03 * files.Sum(file => file.Rows));
    }

    [Fact]
    public void The_books_agree_and_everything_is_proven() => Assert.All(nights.Nights, night =>
    {
        Assert.Equal(0, night.Differences);
        Assert.Equal("ok", night.Verify);
        Assert.Equal(0, night.Failures);
    });

    [Fact]
    public async Task R15_every_identity_the_charities_hold_has_a_release_and_a_permit()
    {
        var state = await nights.World.Federation.State(Cancellation);
        var releases = await HubBooks.Scalar<long>(
            nights.World,
            """
            select count(distinct (r.referral_id, r.uscc)) -- who claims again after a correction holds one identity still
              from disclosure.release r
              join disclosure.decision d on d.decision_id = r.decision_id
             where d.permitted and d.step = 'CLAIM' and r.items <@ d.effective
               and not exists (select from disclosure.recall k where k.release_id = r.release_id) -- deleted since
            """,
            Cancellation);

        Assert.Equal(releases, state.GetProperty("identitiesHeld").GetInt64());
    }

    [Fact]
    public async Task Each_subscriber_sequence_has_no_hole()
    {
        var holes = await HubBooks.Scalar<long>(
            nights.World,
            """
            select count(*)
              from (select subscription_id, sequence, row_number() over (partition by subscription_id order by sequence) as place
                      from subscriptions.delivery) d
             where sequence <> place
            """,
            Cancellation);

        Assert.Equal(0, holes);
    }

    [Fact]
    public async Task P16_nothing_personal_goes_over_the_bus_into_logs_or_into_job_tables()
    {
        var identities = await nights.World.Province.Identities(Cancellation);
        var leaks = new Leaks([.. identities]);
        Assert.True(identities.Count > 4_000);
        Assert.True(nights.Heard.Count > 20);

        Assert.All(nights.Heard, message => Assert.Null(leaks.In(message)));
        Assert.All(
            Directory.GetFiles(nights.World.Folders.Logs, "*", SearchOption.AllDirectories).Where(IsOfTheHub),
            log => Assert.Null(leaks.In(ReadShared(log))));
        Assert.Null(leaks.In(await HubBooks.Dump(nights.World, "hangfire", Cancellation)));
        Assert.Null(leaks.In(await HubBooks.Dump(nights.World, "subscriptions", Cancellation)));
        Assert.Null(leaks.In(await HubBooks.Dump(nights.World, "audit", Cancellation)));
        Assert.Null(leaks.In(await HubBooks.Dump(nights.World, "failures", Cancellation)));
    }

    [Fact]
    public async Task A_planted_leak_is_found()
    {
        var identities = await nights.World.Province.Identities(Cancellation);
        var leaks = new Leaks([.. identities]);
        var name = identities.First(value => value.Length is 2 or 3 && value[0] > 0x4e00);

        Assert.NotNull(leaks.In($"Could not reach {identities[0]} today."));
        Assert.NotNull(leaks.In(System.Text.Json.JsonSerializer.Serialize(new { detail = name })));
    }

    [Fact]
    public async Task R50_one_changed_byte_of_one_audit_row_is_found_and_named()
    {
        await HubBooks.Execute(nights.World, "update audit.entry set actor = actor || 'x' where sequence = 5", Cancellation);
        var broken = await nights.World.Cli.Run(["verify", "--json"], Cancellation);
        await HubBooks.Execute(nights.World, "update audit.entry set actor = rtrim(actor, 'x') where sequence = 5", Cancellation);
        var mended = await nights.World.Cli.Run(["verify", "--json"], Cancellation);

        Assert.Equal(1, broken.ExitCode);
        Assert.Equal("audit.broken", broken.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("entry 5 ", broken.Json.GetProperty("error").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, mended.ExitCode);
    }

    [Theory]
    [InlineData("sync", "walk")]
    [InlineData("sync", "run", "--source", "moon")]
    [InlineData("referral", "show", "not-an-id")]
    [InlineData("verify", "--nonsense")]
    public async Task Wrong_usage_ends_with_two_and_the_usage_line(params string[] arguments)
    {
        var result = await nights.World.Cli.Run(arguments, Cancellation);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("usage: hub", result.Error, StringComparison.Ordinal);
    }

    // The logs of the outside systems are theirs.
    private static bool IsOfTheHub(string path) =>
        Path.GetFileName(path) is var name && !name.StartsWith("province", StringComparison.Ordinal) && !name.StartsWith("federation", StringComparison.Ordinal);

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
