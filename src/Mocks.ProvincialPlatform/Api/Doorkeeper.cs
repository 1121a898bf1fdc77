using System.Globalization;
using Microsoft.Extensions.Options;
using Mocks.ProvincialPlatform.Admin;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>Stands before the API: plays the faults, then asks for the key.</summary>
internal sealed class Doorkeeper(IOptions<ProvinceOptions> options, Faults faults, TimeProvider time) : IEndpointFilter
{
    private const string LoginPage =
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>统一登录</title></head><body>"
        + "<form method=\"post\" action=\"/login\"><input name=\"user\"><input name=\"password\" type=\"password\">"
        + "<button>登录</button></form></body></html>";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var (delayMs, status, retryAfter) = faults.MeetCall();
        if (delayMs > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(delayMs), time, http.RequestAborted);
        if (status == StatusCodes.Status429TooManyRequests)
            http.Response.Headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
        if (status is { } code)
            return Results.StatusCode(code);
        return http.Request.Headers["X-Api-Key"] == options.Value.ApiKey
            ? await next(context)
            : Results.Content(LoginPage, "text/html; charset=utf-8");
    }
}
