using IntegrationHub.Testing.Demo;

namespace IntegrationHub.Testing;

/// <summary>The demo's entry point: deploy/demo.sh calls it.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: demo [--once] [--persons N] [--nights N] [--seed S] [--keep] [--embedded] [--folder DIR]
               servers [--durable]
        """;

    public static async Task<int> Main(string[] args)
    {
        using var signals = new StopSignals();
        switch (args)
        {
            case ["demo", .. var rest] when DemoOptions.TryParse(rest, out var demo):
                return await DemoCommand.Run(demo, signals);
            case ["servers", .. var rest] when rest is [] or ["--durable"]:
                return await ServersCommand.Run(durable: rest.Length > 0, signals);
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
