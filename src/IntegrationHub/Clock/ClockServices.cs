using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Clock;

public static class ClockServices
{
    public static IServiceCollection AddClock(this IServiceCollection services) =>
        services.AddSingleton<TimeProvider>(provider =>
            provider.GetRequiredService<IConfiguration>()["Hub:Trial:ClockFile"] is { Length: > 0 } file
                ? new TrialClock(file)
                : TimeProvider.System);
}
