using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace IntegrationHub.Testing.Servers;

/// <summary>A PostgreSQL of our own: fresh data, a free loopback port, no socket file, a random password.</summary>
internal sealed class NativePostgres : IRunningServer
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(30);

    private readonly string _binaries = NativeBinaries.PostgresFolder();
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly ServerFolder _folder = ServerFolder.Create("hub-postgres-", epmd: null, epmdPort: 0);
    private readonly int _port = LoopbackPort.Free();
    private readonly bool _durable;
    private GuardedProcess? _process;

    private NativePostgres(bool durable) => _durable = durable;

    public string Kind => "native";

    public string Address => $"Host=127.0.0.1;Port={_port};Username=hub;Password={_password};Database=postgres";

    // PostgreSQL refuses to run as root.
    private static string? User => ShellCommand.IsRoot ? "postgres" : null;

    public static async Task<IRunningServer> Start(bool durable, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new NativePostgres(durable);
            try
            {
                await server.CreateCluster(cancellationToken);
                await server.Launch(cancellationToken);
                return server;
            }
            catch (ServerDidNotStartException) when (attempt < 3)
            {
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    public async Task Kill(CancellationToken cancellationToken)
    {
        if (_process is not null)
            await _process.Kill(cancellationToken);
    }

    public async Task Restart(CancellationToken cancellationToken)
    {
        if (_process is not null)
            await _process.DisposeAsync();
        await Launch(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        await _folder.DisposeAsync();
    }

    private async Task CreateCluster(CancellationToken cancellationToken)
    {
        var passwordFile = _folder.In("password");
        await File.WriteAllTextAsync(passwordFile, _password, cancellationToken);
        if (User is not null)
            await Expect(null, ["chown", "-R", User, _folder.Path], cancellationToken);
        string[] initdb =
        [
            Path.Combine(_binaries, "initdb"), "-D", _folder.In("data"), "-U", "hub", $"--pwfile={passwordFile}",
            "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        ];
        await Expect(User, initdb, cancellationToken);
    }

    private async Task Launch(CancellationToken cancellationToken)
    {
        var safety = _durable ? "on" : "off";
        string[] settings =
        [
            "listen_addresses=127.0.0.1", $"port={_port}", "unix_socket_directories=", "max_connections=300",
            "shared_buffers=256MB", "max_wal_size=1GB", "jit=off", $"fsync={safety}", $"synchronous_commit={safety}",
            $"full_page_writes={safety}",
        ];
        _process = GuardedProcess.Start(new GuardedCommand
        {
            FileName = Path.Combine(_binaries, "postgres"),
            Arguments = ["-D", _folder.In("data"), .. settings.SelectMany(setting => new[] { "-c", setting })],
            User = User,
            StopSignal = "INT",
            LogFile = _folder.LogFile,
            ProcessIdFile = _folder.ProcessIdFile,
        });
        await UntilItAnswers(_process, cancellationToken);
    }

    private async Task UntilItAnswers(GuardedProcess started, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartsWithin && !started.HasExited)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{Address};Pooling=false;Timeout=2");
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (Exception notYet) when (notYet is NpgsqlException or SocketException or TimeoutException)
            {
                await Task.Delay(20, cancellationToken);
            }
        }

        throw new ServerDidNotStartException("PostgreSQL", _folder.LogTail());
    }

    private static async Task Expect(string? user, string[] command, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ShellCommand.Run(user, command, cancellationToken);
        if (exitCode != 0)
            throw new InvalidOperationException($"{command[0]} ended with {exitCode}: {output}");
    }
}
