using System.Text.Json;
using Microsoft.Extensions.Options;
using Mocks.ProvincialPlatform;
using Mocks.ProvincialPlatform.Admin;
using Mocks.ProvincialPlatform.Api;
using Mocks.ProvincialPlatform.Files;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Services.AddOptions<ProvinceOptions>().BindConfiguration("Province")
    .ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(services =>
    OrganisationDirectory.Read(services.GetRequiredService<IOptions<ProvinceOptions>>().Value.Organisations));
builder.Services.AddSingleton<ConsentDesk>();
builder.Services.AddSingleton<Province>();
builder.Services.AddSingleton<DropFolder>();
builder.Services.AddSingleton<DayBook>();
builder.Services.AddSingleton<Faults>();
builder.Services.AddSingleton<Identities>();
builder.Services.AddSingleton<CharityAidBook>();
builder.Services.AddSingleton<PushTally>();
builder.Services.AddSingleton<QueryApi>();
builder.Services.AddSingleton<PushApi>();
builder.Services.AddSingleton<AdminApi>();

var app = builder.Build();
app.MapGet("/health", () => Results.Text("ok"));

var query = app.Services.GetRequiredService<QueryApi>();
var push = app.Services.GetRequiredService<PushApi>();
var api = app.MapGroup("/api/dsr").AddEndpointFilter<RouteGroupBuilder, Doorkeeper>();
api.MapPost("/query", query.Query);
api.MapPost("/charity-aid", push.CharityAid);
api.MapPost("/charity-aid/summary", push.Summary);
api.MapPost("/charity-aid/digest", push.Digest);
api.MapPost("/charity-aid/tree", push.Tree);
api.MapPost("/charity-aid/lines", push.Lines);
api.MapPost("/referral-status", push.ReferralStatus);
api.MapPost("/reverse-referrals", push.ReverseReferral);
api.MapPost("/recalls", push.Recall);

var admin = app.Services.GetRequiredService<AdminApi>();
var wheels = app.MapGroup("/_admin").AddEndpointFilter<RouteGroupBuilder, LoopbackOnly>();
wheels.MapPost("/day", admin.PassDay);
wheels.MapPost("/consents", admin.Withdraw);
wheels.MapGet("/state", admin.State);
wheels.MapGet("/identities", app.Services.GetRequiredService<Identities>().Write);
wheels.MapGet("/faults", admin.ReadFaults);
wheels.MapPut("/faults", admin.SetFaults);
wheels.MapPost("/charity-aid/{aidId}/tamper", admin.Tamper);

await app.StartAsync();
Console.Out.WriteLine(JsonSerializer.Serialize(new { listening = app.Urls.First() }));
await app.WaitForShutdownAsync();
