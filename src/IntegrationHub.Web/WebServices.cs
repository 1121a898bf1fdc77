using System.Text.Json.Serialization;
using IntegrationHub.Pipeline;
using IntegrationHub.Telemetry;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;

namespace IntegrationHub.Web;

/// <summary>What belongs to the door itself, whatever lies behind it.</summary>
internal static class WebServices
{
    private const int LargestBody = 256 * 1024;

    /// <summary>Standard output carries one line for whoever started the process; everything else is a log.</summary>
    public static void AddDoor(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders()
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // request lines carry query strings
        builder.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateScopes = provider.ValidateOnBuild = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.AddStrictJson().AddAccess().AddFigures();
    }

    /// <summary>A body is what the contract says or it is refused: no unknown member, no number in quotes.</summary>
    private static IServiceCollection AddStrictJson(this IServiceCollection services) => services
        .Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true)
        .ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.PropertyNameCaseInsensitive = false;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });

    private static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<WebOptions>().BindConfiguration("Hub:Web").ValidateDataAnnotations().ValidateOnStart();
        services.AddAuthentication(ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddAuthorization();
        services.AddSingleton<ProblemCodes>();
        services.AddSingleton<ProblemResults>();
        services.AddSingleton<CallLimits>();
        services.AddSingleton<CodeLists>();
        services.AddSingleton<AidReports>();
        return services;
    }

    private static void AddFigures(this IServiceCollection services) => services
        .AddOpenTelemetry()
        .WithMetrics(metrics => metrics
            .AddMeter(HubMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Npgsql")
            .AddPrometheusExporter());

    /// <summary>Problems first, so that whatever goes wrong behind them is told as one; then who is calling.</summary>
    public static void UseDoor(this WebApplication app)
    {
        // An unreadable contract, policy or calendar must stop the start, not a request.
        app.Services.GetRequiredService<ProblemCodes>();
        app.Services.GetRequiredService<CodeLists>();
        app.Services.GetRequiredService<ReferralAnswers>();
        app.Services.GetRequiredService<ClaimRelease>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseStatusCodePages(pages => pages.HttpContext.RequestServices.GetRequiredService<ProblemResults>()
            .Write(pages.HttpContext, ProblemCodes.Invalid, status: pages.HttpContext.Response.StatusCode));
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
