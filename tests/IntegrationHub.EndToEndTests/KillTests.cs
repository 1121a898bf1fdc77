using IntegrationHub.Testing.Demo;

namespace IntegrationHub.EndToEndTests;

/// <summary>Design.md §5.3: kill the worker at any point, start it again, and the state is the same.</summary>
public sealed class KillTests(TestServers servers)
{
    /// <summary>The moment of each night at which the worker dies, as a condition on the database.</summary>
    private static readonly string[] s_moments =
    [
        // Night 1: some chunks are through the stations, others wait.
        "exists (select from intake.chunk where state = 'DONE' and records > 100) and exists (select from intake.chunk where state = 'WAITING')",
        // Night 2: a file is archived and accepted, and not landed.
        "exists (select from intake.file where state = 'LANDING')",
        // Night 3: the run has landed in part.
        "exists (select from intake.run where state = 'RUNNING' and source = 'provincial' and chunks_landed >= 3 and not landed)",
        // Night 4: offers are on their way to the charities.
        "exists (select from subscriptions.delivery where state = 'WAITING')",
        // Night 5: everything landed; routing, offers and answers are under way.
        "exists (select from intake.run where state = 'RUNNING' and source = 'provincial' and landed)",
    ];

    [Fact]
    public async Task A_worker_killed_at_five_points_ends_in_the_state_of_undisturbed_nights()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var undisturbed = await Live(killAt: null, cancellationToken);
        var disturbed = await Live(killAt: s_moments, cancellationToken);

        Assert.All(undisturbed, part =>
        {
            var (name, lines) = part;
            Assert.Empty(lines.Except(disturbed[name]).Select(line => $"{name}: only undisturbed: {line}"));
            Assert.Equal((name, lines.Length), (name, disturbed[name].Length));
        });
    }

    private async Task<Dictionary<string, string[]>> Live(string[]? killAt, CancellationToken cancellationToken)
    {
        await using var world = await servers.NewWorld(persons: 1_500, cancellationToken);
        for (var night = 1; night <= s_moments.Length; night++)
        {
            await world.Province.PassDay(Night.DateOf(night), cancellationToken);
            await world.Federation.SetDate(Night.DateOf(night), cancellationToken);
            await world.Cli.Json(["sync", "run", "--source", "charity", "--as-of", Night.StartOf(night)], cancellationToken);
            var sync = world.Cli.Json(["sync", "run", "--source", "provincial", "--worker"], cancellationToken);
            if (killAt is not null)
            {
                await HubBooks.Until(world, killAt[night - 1], cancellationToken);
                await world.KillWorker(cancellationToken);
                await world.RestartWorker(cancellationToken);
            }

            await sync;
            await world.UntilQuiet(cancellationToken);
            await world.Cli.Json(["sync", "run", "--source", "charity"], cancellationToken);
            await world.UntilQuiet(cancellationToken);
        }

        var verified = await world.Cli.Run(["verify", "--json"], cancellationToken);
        Assert.Equal(0, verified.ExitCode);
        return await HubBooks.State(world, cancellationToken);
    }
}
