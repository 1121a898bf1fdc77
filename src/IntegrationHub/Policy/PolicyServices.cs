using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Policy;

/// <summary>Where the promises are at run time: the <c>contracts</c> directory copied beside the binaries, unless configured.</summary>
public sealed record ContractsFolder(string Path);

public static class PolicyServices
{
    public static IServiceCollection AddPolicy(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ContractsFolder(
            provider.GetRequiredService<IConfiguration>()["Hub:Contracts:Folder"]
            ?? System.IO.Path.Combine(AppContext.BaseDirectory, "contracts")));
        services.AddSingleton<PolicyBook>();
        services.AddSingleton<PolicyDesk>();
        services.AddHostedService<PolicyWatch>();
        services.AddSingleton<ProblemTexts>();
        services.AddSingleton<CodeNames>();
        return services;
    }
}
