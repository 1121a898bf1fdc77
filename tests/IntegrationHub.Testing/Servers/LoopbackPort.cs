using System.Net;
using System.Net.Sockets;

namespace IntegrationHub.Testing.Servers;

/// <summary>Free ports on the loopback address.</summary>
public static class LoopbackPort
{
    /// <summary>A port nobody listens on now. Somebody else may be faster: be ready to ask again.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
