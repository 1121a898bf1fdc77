using System.Globalization;
using System.Security.Cryptography;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.Testing.Demo;

/// <summary>The settings of one installation, as environment variables.</summary>
internal static class HubSettings
{
    /// <summary>No schedule: nights are started by hand, also when the demo runs at two in the morning.</summary>
    private const string ByHand = "-";

    // One pair for the whole process; both outside systems and the hub get them from here.
    private static readonly string s_provinceKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private static readonly string s_federationKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>For worker, web and command line alike.</summary>
    public static Dictionary<string, string> Of(HubWorld world)
    {
        var province = world.ProvincialPlatform.BaseAddress.GetLeftPart(UriPartial.Authority);
        var federation = world.CharityFederation.BaseAddress.GetLeftPart(UriPartial.Authority);
        var settings = new Dictionary<string, string>
        {
            ["Hub__Database__ConnectionString"] = world.ConnectionString,
            ["Hub__Bus__Transport"] = world.Bus is null ? "InMemory" : "RabbitMq",
            ["Hub__Protection__MasterKeyFile"] = world.Folders.MasterKeyFile,
            ["Hub__Archive__Folder"] = world.Folders.Archive,
            ["Hub__Trial__ClockFile"] = world.Folders.ClockFile,
            ["Hub__Provincial__DropFolder"] = world.Folders.Drop,
            ["Hub__Provincial__BaseUrl"] = province,
            ["Hub__Provincial__ApiKey"] = s_provinceKey,
            ["Hub__Provincial__Counties"] = "410421,410422,410423",
            ["Hub__Charity__BaseUrl"] = federation,
            ["Hub__Charity__ApiKey"] = s_federationKey,
            ["Hub__Subscriptions__AllowedTargets__0"] = federation,
            ["Hub__Schedules__NightlySync"] = ByHand,
            ["Hub__Schedules__NightlyReconcile"] = ByHand,
            ["Hub__Schedules__ConsentClock"] = ByHand,
            ["Hub__Schedules__DailyRoot"] = ByHand,
            ["Hub__Schedules__DailyRetention"] = ByHand,
            ["MASSTRANSIT_USAGE_TELEMETRY"] = "false",
        };
        if (world.Bus is not null)
            settings["Hub__Bus__Uri"] = world.Bus.AbsoluteUri;
        return settings;
    }

    public static Dictionary<string, string> OfProvince(HubWorldOptions options, HubFolders folders) => new()
    {
        ["Province__DropFolder"] = folders.Drop,
        ["Province__Seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["Province__Persons"] = options.Persons.ToString(CultureInfo.InvariantCulture),
        ["Province__Organisations"] = Checkout.DemoOrganisations,
        ["Province__ApiKey"] = s_provinceKey,
    };

    public static Dictionary<string, string> OfFederation(HubWorldOptions options) => new()
    {
        ["Federation__Organisations"] = Checkout.DemoOrganisations,
        ["Federation__Seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["Federation__ApiKey"] = s_federationKey,
    };

    /// <summary>A shell file that gives a terminal an installation's settings, and <c>hub</c> as a command.</summary>
    public static string ShellFile(IReadOnlyDictionary<string, string> settings)
    {
        var exports = settings.Select(setting => $"export {setting.Key}={Quoted(setting.Value)}\n");
        return $$"""
            # The running demo's settings: source this file, then try: hub status
            {{string.Concat(exports)}}
            hub() { dotnet {{Quoted(HubProgram.Cli.Path)}} "$@"; }

            """;
    }

    private static string Quoted(string value) => $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
