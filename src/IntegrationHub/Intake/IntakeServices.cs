using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Intake;

public static class IntakeServices
{
    public static IServiceCollection AddIntake(this IServiceCollection services)
    {
        services.AddOptions<ArchiveOptions>().BindConfiguration("Hub:Archive").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ArchiveOptions>, ArchiveOptionsValidator>();
        services.AddSingleton<Archive>();
        services.AddSingleton<RecordInbox>();
        services.AddSingleton<RecordIntake>();
        services.AddSingleton<RowLanding>();
        services.AddSingleton<HeldFiles>();
        services.AddSingleton<RowsAgain>();
        services.AddSingleton<SnapshotIntake>();
        return services;
    }
}
