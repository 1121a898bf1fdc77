using System.Text.Json;
using Mocks.CharityFederation;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});

// Standard output carries one line for the starter; everything else is a log.
builder.Logging.ClearProviders()
    .AddSimpleConsole(console => console.SingleLine = true)
    .AddFilter("Microsoft", LogLevel.Warning);
builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
    console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Host.UseDefaultServiceProvider(provider => provider.ValidateScopes = provider.ValidateOnBuild = true);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 256 * 1024);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = Json.Options.Encoder);
builder.Services.AddFederation();

var app = builder.Build();
app.Services.GetRequiredService<Mocks.CharityFederation.Directory>(); // an unreadable directory must stop the start
app.UseFaults();
app.MapGet("/health", () => Results.Ok(new { status = "UP" }));
app.MapGroup("/api").RequireApiKey().MapDirectory().MapAidBook();
app.MapWebhooks();
app.MapGroup("/_admin").RequireLoopback().MapAdmin();

await app.StartAsync();
Console.WriteLine(JsonSerializer.Serialize(new { listening = app.Urls.First() }));
await app.WaitForShutdownAsync();
