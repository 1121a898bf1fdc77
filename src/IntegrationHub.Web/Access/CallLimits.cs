using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using IntegrationHub.Web.Problems;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Web.Access;

/// <summary>
/// How often an organisation may call, told with every answer (RateLimit header fields of the IETF draft), so that its
/// software can slow down before it is refused.
/// </summary>
internal sealed class CallLimits : IEndpointFilter, IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> _limiter;
    private readonly ProblemResults _problems;
    private readonly string _policy;

    public CallLimits(IOptions<WebOptions> options, ProblemResults problems)
    {
        var calls = options.Value.CallsPerMinute;
        _problems = problems;
        _policy = string.Create(CultureInfo.InvariantCulture, $"\"organisation\";q={calls};w={Window.TotalSeconds:0}");
        _limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
            context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = calls, Window = Window, QueueLimit = 0 }));
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        using var lease = _limiter.AttemptAcquire(http);
        var left = _limiter.GetStatistics(http)?.CurrentAvailablePermits ?? 0;
        http.Response.Headers["RateLimit-Policy"] = _policy;
        http.Response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"organisation\";r={left}");
        if (lease.IsAcquired)
            return await next(context);
        var pause = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        http.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return _problems.Of("rate.limited");
    }

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();
}

internal static class LimitedCalls
{
    /// <summary>One count for the whole door: a filter named by its type would count for each endpoint, and anew each time.</summary>
    public static RouteGroupBuilder LimitCalls(this RouteGroupBuilder group) => group.AddEndpointFilter((context, next) =>
        context.HttpContext.RequestServices.GetRequiredService<CallLimits>().InvokeAsync(context, next));
}
