using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// Finds a host's addresses. A seam, because a name that changes its address between two looks must be testable.
/// </summary>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Where a webhook may go: https to a public address, or below an address the operator allowed. Asked when a
/// subscription is added, and again at every connect, because a name may have moved meanwhile.
/// </summary>
public sealed class WebhookTargets(IOptions<SubscriptionOptions> options, HostResolver resolve)
{
    /// <summary>True if the address has an allowed shape; says nothing yet about where the name leads.</summary>
    public bool Allows(Uri target) =>
        target.IsAbsoluteUri
        && target.UserInfo.Length == 0
        && target.Fragment.Length == 0
        && ((target.Scheme == Uri.UriSchemeHttps && options.Value.AllowedPorts.Contains(target.Port)) || IsListed(target));

    /// <summary>True if the operator has vouched for the address, so that it need not be asked for its agreement.</summary>
    public bool IsVouchedFor(Uri target) => IsListed(target) && !options.Value.HandshakeWithListed;

    /// <summary>The addresses to connect to.</summary>
    /// <exception cref="TargetRefusedException">The shape is not allowed, or an address is not public.</exception>
    /// <exception cref="SocketException">The name is not known.</exception>
    public async Task<IPAddress[]> Resolve(Uri target, CancellationToken cancellationToken)
    {
        if (!Allows(target))
            throw new TargetRefusedException();
        var addresses = await resolve(target.IdnHost, cancellationToken);
        // One bad address spoils the name: which of them is connected to is not ours to choose.
        return addresses.Length > 0 && (IsListed(target) || addresses.All(PublicAddress.Is))
            ? addresses
            : throw new TargetRefusedException();
    }

    private bool IsListed(Uri target) => options.Value.AllowedTargets.Any(allowed => IsBelow(allowed, target));

    private static bool IsBelow(Uri allowed, Uri target)
    {
        var path = allowed.AbsolutePath.TrimEnd('/');
        return allowed.Scheme == target.Scheme
            && allowed.Port == target.Port
            && string.Equals(allowed.IdnHost, target.IdnHost, StringComparison.OrdinalIgnoreCase)
            && target.AbsolutePath.StartsWith(path, StringComparison.Ordinal)
            && (target.AbsolutePath.Length == path.Length || target.AbsolutePath[path.Length] == '/');
    }
}

/// <summary>
/// The hub may not send there. Says no address: what a name leads to is the network's business, not the caller's.
/// </summary>
public sealed class TargetRefusedException() : Exception("The target is neither public https nor on the allow list.");
