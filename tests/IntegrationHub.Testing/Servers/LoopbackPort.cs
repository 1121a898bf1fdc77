using System.Net;
using System.Net.Sockets;

namespace IntegrationHub.Testing.Servers;

/// <summary>Free ports on the loopback address.</summary>
public static class LoopbackPort
{
    /// <summary>A port nobody listens on now; whoever starts a server on it must be ready to lose the race and ask again.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
