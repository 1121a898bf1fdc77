using System.Net;

namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Lets only callers on this machine through.</summary>
internal sealed class LoopbackOnly : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var remote = context.HttpContext.Connection.RemoteIpAddress;
        return remote is not null && IPAddress.IsLoopback(remote)
            ? await next(context)
            : Results.StatusCode(StatusCodes.Status403Forbidden);
    }
}
