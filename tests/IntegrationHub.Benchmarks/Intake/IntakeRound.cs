using System.Globalization;
using IntegrationHub.Intake;
using IntegrationHub.Testing.Servers;
using Npgsql;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// One round of the comparison: floor, hub on day one, floor, hub on day two, each side in a fresh database of its own.
/// </summary>
internal sealed class IntakeRound(PostgresServer server, SnapshotLayout layout, string folder, string name)
{
    public async Task<(IntakeTurn FirstLoad, IntakeTurn Resync)> Run(
        MemberFile dayOne, MemberFile dayTwo, CancellationToken cancellationToken)
    {
        var floorDatabase = await server.CreateDatabase($"{name}_floor", null, cancellationToken);
        var hubDatabase = await server.CreateDatabase($"{name}_hub", null, cancellationToken);
        var floor = new CopyFloor(floorDatabase);
        await floor.Create(cancellationToken);
        IntakeTurn first, second;
        var hubFolder = Path.Combine(folder, name);
        await using (var hub = await HubIntake.Create(hubDatabase, hubFolder, layout, cancellationToken))
        {
            first = await Turn(dayOne, () => floor.FirstLoad(dayOne, cancellationToken), hub, cancellationToken);
            await Settle(floorDatabase, "vacuum analyze", cancellationToken);
            await Settle(hubDatabase, "vacuum analyze", cancellationToken);
            second = await Turn(dayTwo, () => floor.Resync(dayTwo, cancellationToken), hub, cancellationToken);
        }

        await server.DropDatabase(floorDatabase, cancellationToken);
        await server.DropDatabase(hubDatabase, cancellationToken);
        Directory.Delete(hubFolder, recursive: true);
        return (first, second);
    }

    // Before each side the other's dirty pages are written out, so that nobody pays for his neighbour.
    private async Task<IntakeTurn> Turn(
        MemberFile file, Func<Task> floor, HubIntake hub, CancellationToken cancellationToken)
    {
        await Settle(server.AdminConnectionString, "checkpoint", cancellationToken);
        var floorTook = await Measured.Of(floor);
        await Settle(server.AdminConnectionString, "checkpoint", cancellationToken);
        var landed = TimeSpan.Zero;
        var hubTook = await Measured.Of(async () => landed = await hub.Take(file, cancellationToken));
        await Tell(file, floorTook, hubTook, landed);
        return new IntakeTurn(file, floorTook.Took, hubTook, landed);
    }

    private Task Tell(MemberFile file, Measured floor, Measured hub, TimeSpan landed)
    {
        string[] parts =
        [
            $"{name}, day {file.Day}: floor {Seconds(floor.Took)}", $"hub {Seconds(hub.Took)}",
            $"landed after {Seconds(landed)}", $"own processor time {Seconds(hub.Processor)}",
            $"PostgreSQL's {Seconds(hub.Server)}, for the floor {Seconds(floor.Server)}", $"{hub.RssMb} MB",
        ];
        return Console.Error.WriteLineAsync(string.Join(", ", parts));
    }

    private static string Seconds(TimeSpan took) => took.TotalSeconds.ToString("0.00 s", CultureInfo.InvariantCulture);

    private static async Task Settle(string connectionString, string command, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ConnectionString);
        await using var settling = source.CreateCommand(command);
        try
        {
            await settling.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new BenchmarkFailedException(
                $"The role named in HUB_TEST_POSTGRES may not {command}: name a superuser of a server of your own.");
        }
    }
}
