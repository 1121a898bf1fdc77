using IntegrationHub.Adapters.Charity;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Audit;
using IntegrationHub.Bus;
using IntegrationHub.Clock;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Schedules;
using IntegrationHub.Subscriptions;
using IntegrationHub.Telemetry;
using IntegrationHub.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (WorkerRoles.TryParse(args) is not { } roles)
    return WorkerRoles.Usage();

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));

// The ground.
builder.Services.AddClock().AddHubDatabase().AddProtection().AddAudit().AddPolicy().AddTelemetry().AddOutbox().AddHubMessages();

// The stations, and the systems they exchange with.
builder.Services.AddIntake().AddPipeline().AddSubscriptions().AddReconciliation().AddRights().AddSchedules();
builder.Services.AddProvincial(builder.Configuration).AddCharity();

// What this process does of it.
builder.Services.AddHubBus(builder.Configuration, roles.AddConsumers, FailureEndpoint.Configure);
if (roles.Has("relay"))
    builder.Services.AddOutboxRelay();
if (roles.Has("webhooks"))
    builder.Services.AddWebhookSender();
if (roles.Has("jobs"))
    builder.Services.AddScheduleServer();

if (roles.Has("failures"))
    builder.Services.AddFailureCare();

using var host = builder.Build();
await host.StartAsync();
Console.WriteLine("""{"ready":true}""");
await host.WaitForShutdownAsync();
return 0;
