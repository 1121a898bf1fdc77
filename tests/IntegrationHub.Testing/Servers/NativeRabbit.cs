using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationHub.Testing.Servers;

/// <summary>A RabbitMQ of our own: all ports on loopback, its own epmd, no management plugin (slow to stop).</summary>
internal sealed class NativeRabbit : IRunningServer
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly string _scripts = NativeBinaries.RabbitFolder();
    private readonly RabbitDefinitions _definitions = RabbitDefinitions.Create();
    private readonly int _port = LoopbackPort.Free();
    private readonly int _distributionPort = LoopbackPort.Free();
    private readonly int _epmdPort = LoopbackPort.Free();
    private readonly ServerFolder _folder;
    private GuardedProcess? _process;

    private NativeRabbit() => _folder = ServerFolder.Create("hub-rabbitmq-", NativeBinaries.Epmd(), _epmdPort);

    public string Kind => "native";

    public string Address => _definitions.Address("127.0.0.1", _port).AbsoluteUri;

    private Dictionary<string, string?> Surroundings => new()
    {
        ["HOME"] = _folder.In("home"),
        ["LANG"] = "C.UTF-8",
        ["RABBITMQ_NODENAME"] = $"hub{_port}@localhost",
        ["RABBITMQ_NODE_PORT"] = _port.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_MNESIA_BASE"] = _folder.In("mnesia"),
        ["RABBITMQ_LOG_BASE"] = _folder.In("logs"),
        ["RABBITMQ_CONFIG_FILE"] = _folder.In("rabbitmq.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.In("enabled_plugins"),
        ["RABBITMQ_FEATURE_FLAGS_FILE"] = _folder.In("feature_flags"),
        ["RABBITMQ_CONF_ENV_FILE"] = _folder.In("none"),
        // Without it the script stays as the parent of the node and takes our signals itself.
        ["RABBITMQ_ALLOW_INPUT"] = "1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-noinput -kernel inet_dist_use_interface {127,0,0,1}",
        // Else a shared epmd on all interfaces stays behind.
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = _epmdPort.ToString(CultureInfo.InvariantCulture),
    };

    public static async Task<IRunningServer> Start(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = new NativeRabbit();
            try
            {
                await server.WriteFolder(cancellationToken);
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

    private async Task WriteFolder(CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "home", "mnesia", "logs" })
            Directory.CreateDirectory(_folder.In(name));
        var cookie = Path.Combine(_folder.In("home"), ".erlang.cookie");
        await File.WriteAllTextAsync(
            cookie, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(_folder.In("definitions.json"), _definitions.Json, cancellationToken);
        await File.WriteAllTextAsync(_folder.In("enabled_plugins"), "[].\n", cancellationToken);
        await File.WriteAllTextAsync(
            _folder.In("rabbitmq.conf"),
            $"""
             listeners.tcp.1 = 127.0.0.1:{_port}
             vm_memory_high_watermark.absolute = 1GB
             disk_free_limit.absolute = 50MB
             log.file.level = warning
             {RabbitDefinitions.Setting(_folder.In("definitions.json"))}
             """,
            cancellationToken);
    }

    private async Task Launch(CancellationToken cancellationToken)
    {
        _process = GuardedProcess.Start(new GuardedCommand
        {
            FileName = Path.Combine(_scripts, "rabbitmq-server"),
            Environment = Surroundings,
            LogFile = _folder.LogFile,
            ProcessIdFile = _folder.ProcessIdFile,
        });
        await UntilItAnswers(_process, cancellationToken);
    }

    private async Task UntilItAnswers(GuardedProcess started, CancellationToken cancellationToken)
    {
        // The last vhost: the node listens before its definitions are all in.
        var factory = new ConnectionFactory
        {
            Uri = new Uri(Address + RabbitDefinitions.VhostName(RabbitDefinitions.Vhosts - 1)),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(2),
            AutomaticRecoveryEnabled = false,
        };
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartsWithin && !started.HasExited)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(cancellationToken);
                return;
            }
            catch (BrokerUnreachableException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw new ServerDidNotStartException("RabbitMQ", _folder.LogTail());
    }
}
