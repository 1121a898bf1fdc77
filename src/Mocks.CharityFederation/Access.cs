using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Mocks.CharityFederation;

/// <summary>Who may read the federation (its key) and who may steer the mock (this machine).</summary>
internal static class Access
{
    public static RouteGroupBuilder RequireApiKey(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
        {
            var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<FederationOptions>>();
            return Shows(context.HttpContext.Request, options.Value.ApiKey)
                ? await next(context)
                : Problems.Of(401, "auth.key", "The bearer key is missing or wrong.");
        });
        return group;
    }

    public static RouteGroupBuilder RequireLoopback(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
            context.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
                ? await next(context)
                : Results.NotFound());
        return group;
    }

    private static bool Shows(HttpRequest request, string key) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()),
            Encoding.UTF8.GetBytes($"Bearer {key}"));
}
