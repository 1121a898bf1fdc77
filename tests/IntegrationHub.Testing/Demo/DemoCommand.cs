namespace IntegrationHub.Testing.Demo;

internal static class DemoCommand
{
    public static Task<int> Run(DemoOptions options, StopSignals signals) => Task.FromResult(1);
}
