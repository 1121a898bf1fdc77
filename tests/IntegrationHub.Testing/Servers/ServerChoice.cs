using DotNet.Testcontainers.Builders;

namespace IntegrationHub.Testing.Servers;

/// <summary>Decides how a server is run: HUB_TEST_SERVERS is auto (default), docker or native.</summary>
internal static class ServerChoice
{
    private static string Mode => Environment.GetEnvironmentVariable("HUB_TEST_SERVERS") switch
    {
        null or "" or "auto" => "auto",
        "docker" => "docker",
        "native" => "native",
        var other => throw new InvalidOperationException(
            $"HUB_TEST_SERVERS is '{other}': say auto, docker or native."),
    };

    public static async Task<IRunningServer> Start(
        Func<Task<IRunningServer>> container, Func<Task<IRunningServer>> native)
    {
        if (Mode == "native")
            return await native();
        try
        {
            return await container();
        }
        catch (DockerUnavailableException) when (Mode == "auto")
        {
            return await native();
        }
        catch (DockerUnavailableException none)
        {
            throw new InvalidOperationException("HUB_TEST_SERVERS says docker, but no Docker engine answers.", none);
        }
    }
}
