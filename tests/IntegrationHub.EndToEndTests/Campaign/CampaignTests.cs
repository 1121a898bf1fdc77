using System.Globalization;
using IntegrationHub.Testing.Demo;
using IntegrationHub.Testing.Processes;
using IntegrationHub.Testing.Servers;
using Npgsql;

namespace IntegrationHub.EndToEndTests.Campaign;

/// <summary>
/// Nights under faults drawn from a seed (design.md §5.3). HUB_FAULTS says how many there shall be (200 for a release),
/// HUB_FAULT_SEED which; a run that fails names its seed and its faults.
/// </summary>
public sealed class CampaignTests(TestServers servers)
{
    private const int FaultsEachNight = 6;
    private const int Persons = 800;

    private static readonly int s_faults = Number("HUB_FAULTS", 12);
    private static readonly int s_seed = Number("HUB_FAULT_SEED", 20261124);

    /// <summary>Damage such as lost, doubled or unpermitted work would leave, and the words the checker must find for it.</summary>
    private static readonly (string Damage, string Said)[] s_plants =
    [
        ("delete from subscriptions.delivery where (subscription_id, sequence) = (select subscription_id, min(sequence) from subscriptions.delivery group by 1 having count(*) > 1 limit 1)", "holes in a subscriber's sequence"),
        ("update subscriptions.delivery set state = 'WAITING' where sequence = 1", "events nobody has taken"),
        ("update disclosure.release set items = items || '{bankAccount}'", "releases without their permit"),
        ("update disclosure.release set uscc = '51410499501099999X'", "releases under a consent that had ended or never named the charity"),
        ("update disclosure.release set consent_sequence = consent_sequence + 100", "releases under a consent that had ended or never named the charity"),
        ("delete from disclosure.recall; delete from disclosure.release where release_id = (select release_id from disclosure.release where release_id not in (select release_id from disclosure.release_member) and release_id not in (select release_id from disclosure.correction) limit 1)", "identitiesHeld"),
        ("delete from aid.charity_aid where aid_id = (select max(aid_id) from aid.charity_aid)", "aidRecords"),
        ("update intake.chunk set applied = applied - 1 where applied > 0", "files whose rows do not add up"),
        ("update intake.chunk set state = 'WAITING' where chunk_id = (select chunk_id from intake.chunk limit 1)", "chunks that never came through"),
        ("insert into outbox.ticket (message_id, consumer) values ('00000000-0000-7000-8000-000000000000', 'pipeline')", "messages and turns left behind"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nights_under_faults_end_as_undisturbed_nights_do_and_the_checker_finds_what_is_planted()
    {
        var nights = Math.Max(1, s_faults / FaultsEachNight);
        // Durable: the fast server of the other tests forgets half a second of commits when it is killed.
        await using var postgres = await PostgresServer.Start(durable: true, Cancellation);
        await using var rabbit = await RabbitServer.Start(Cancellation);
        var undisturbed = await Live(await World(postgres, rabbit), null, nights);

        await using var world = await World(postgres, rabbit);
        var campaign = new FaultCampaign(world, postgres, rabbit, new Random(s_seed));
        await campaign.Listen(Cancellation);
        var disturbed = await Live(world, campaign, nights);

        TestContext.Current.SendDiagnosticMessage(
            "seed {0}, {1} faults, {2} messages repeated:\n{3}", s_seed, campaign.Done.Count, campaign.Repeated,
            string.Join('\n', campaign.Done));
        Assert.Equal(nights * FaultsEachNight, campaign.Done.Count);
        Assert.Empty(await Invariants.Broken(world, Cancellation));
        Assert.All(undisturbed, part => Assert.Empty(
            part.Value.Except(disturbed[part.Key]).Select(line => $"seed {s_seed}: {part.Key}: only undisturbed: {line}")));
        Assert.Equal(undisturbed.ToDictionary(part => part.Key, part => part.Value.Length), disturbed.ToDictionary(part => part.Key, part => part.Value.Length));
        await CheckerFindsPlants(world);
    }

    private Task<HubWorld> World(PostgresServer postgres, RabbitServer rabbit) =>
        servers.NewWorld(new HubWorldOptions { Persons = Persons, Postgres = postgres, Rabbit = rabbit }, Cancellation);

    private static async Task<Dictionary<string, string[]>> Live(HubWorld world, FaultCampaign? campaign, int nights)
    {
        for (var night = 1; night <= nights; night++)
        {
            await world.Province.PassDay(Night.DateOf(night), Cancellation);
            await world.Federation.SetDate(Night.DateOf(night), Cancellation);
            var striking = campaign?.Strike(FaultsEachNight, Cancellation) ?? Task.CompletedTask;
            await Sync(world, "--source", "charity", "--as-of", Night.StartOf(night));
            await Sync(world, "--source", "provincial", "--worker");
            await striking;
            await world.Federation.SetFaults(new { }, Cancellation);
            await world.UntilQuiet(Cancellation);
            await Sync(world, "--source", "charity");
            await world.UntilQuiet(Cancellation);
        }

        Assert.Equal(0, (await world.Cli.Run(["verify", "--json"], Cancellation)).ExitCode);
        var state = await HubBooks.State(world, Cancellation);
        if (campaign is null)
            await world.DisposeAsync();
        return state;
    }

    // A schedule would run it again, and so would an administrator: a sync that broke off goes on where it was.
    private static async Task Sync(HubWorld world, params string[] arguments)
    {
        CliResult last;
        var tries = 0;
        do
        {
            last = await world.Cli.Run(["sync", "run", .. arguments, "--json"], Cancellation);
        }
        while (last.ExitCode != 0 && ++tries < 20);
        Assert.Equal(0, last.ExitCode);
    }

    private static async Task CheckerFindsPlants(HubWorld world)
    {
        var federation = await world.Federation.State(Cancellation);
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(Cancellation);
        foreach (var (damage, said) in s_plants)
        {
            await using var work = await connection.BeginTransactionAsync(Cancellation);
            await using (var command = new NpgsqlCommand($"set local session_replication_role = replica; {damage}", connection))
                Assert.True(await command.ExecuteNonQueryAsync(Cancellation) > 0, damage);
            Assert.Contains(await new Invariants(connection, federation).Broken(Cancellation), line => line.Contains(said, StringComparison.Ordinal));
            await work.RollbackAsync(Cancellation);
        }
    }

    private static int Number(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
