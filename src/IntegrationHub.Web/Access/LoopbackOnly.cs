using System.Net;
using IntegrationHub.Web.Problems;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Web.Access;

/// <summary>
/// Lets through what comes from this machine itself, until operators have accounts. A proxy makes everything look
/// local, and a rebound name makes a stranger's page look local: both are refused.
/// </summary>
internal sealed class LoopbackOnly(IOptions<WebOptions> options, ProblemResults problems) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        !options.Value.OpsFromLoopbackOnly || IsLocal(context.HttpContext)
            ? await next(context)
            : problems.Of("auth.forbidden");

    internal static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IPAddress.IsLoopback(remote)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("Forwarded")
        && IsLoopbackName(context.Request.Host.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
