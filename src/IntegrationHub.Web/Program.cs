using System.Text.Json;
using IntegrationHub.Clock;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Subscriptions;
using IntegrationHub.Telemetry;
using IntegrationHub.Web;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Endpoints;
using Microsoft.Extensions.Options;

// The door for charity systems and for the console. It has no bus: what it decides, it writes to the outbox.
var builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddDoor();
builder.Services
    .AddClock()
    .AddHubDatabase()
    .AddProtection()
    .AddPolicy()
    .AddTelemetry()
    .AddOutbox()
    .AddHubMessages()
    .AddIntake()
    .AddPipeline()
    .AddSubscriptions()
    .AddEventFeed();

try
{
    await using var app = builder.Build();
    app.UseDoor();
    var api = app.MapGroup("/api/v1").RequireAuthorization();
    api.MapOffers();
    api.MapAnswers();
    api.MapClaims();
    api.MapAidRecords();
    api.MapAidQuestions();
    api.MapNotices();
    api.MapReverseReferrals();
    api.MapSubscriptions();
    api.MapEvents();
    var ops = app.MapGroup("/ops/v1").AddEndpointFilter<LoopbackOnly>();
    ops.MapOverview();
    ops.MapDifferences();
    ops.MapConsents();
    ops.MapReferralEndings();
    ops.MapReverseDesk();
    ops.MapFailedMessages();
    ops.MapRedrives();
    app.MapConsole();
    app.MapHealth();
    app.MapPrometheusScrapingEndpoint();

    await app.StartAsync();
    Console.WriteLine(JsonSerializer.Serialize(new { listening = app.Urls.First() }));
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception refusal) when (refusal is HubProblemException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync($"{refusal.Message} {(refusal as HubProblemException)?.Next}".TrimEnd());
    return 1;
}
