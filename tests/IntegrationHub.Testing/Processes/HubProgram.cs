namespace IntegrationHub.Testing.Processes;

/// <summary>One of the programs this repository builds, found in the build's output; it is never referenced.</summary>
public sealed record HubProgram(string Project, string Assembly)
{
    public static HubProgram Worker { get; } = new("IntegrationHub.Worker", "IntegrationHub.Worker");

    public static HubProgram Web { get; } = new("IntegrationHub.Web", "IntegrationHub.Web");

    public static HubProgram Cli { get; } = new("IntegrationHub.Cli", "hub");

    public static HubProgram ProvincialPlatform { get; } =
        new("Mocks.ProvincialPlatform", "Mocks.ProvincialPlatform");

    public static HubProgram CharityFederation { get; } = new("Mocks.CharityFederation", "Mocks.CharityFederation");

    public static IReadOnlyList<HubProgram> All { get; } =
        [Worker, Web, Cli, ProvincialPlatform, CharityFederation];

    /// <summary>The assembly to hand to <c>dotnet</c>; an exception says how to build what is not there.</summary>
    public string Path
    {
        get
        {
            var path = System.IO.Path.Combine(
                Checkout.Root, "artifacts", "bin", Project, Checkout.Configuration, $"{Assembly}.dll");
            return File.Exists(path)
                ? path
                : throw new InvalidOperationException(
                    $"{path} is missing. Build it: dotnet build IntegrationHub.sln -c {Checkout.Configuration}");
        }
    }
}
