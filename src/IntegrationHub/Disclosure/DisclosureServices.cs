using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Disclosure;

public static class DisclosureServices
{
    public static IServiceCollection AddDisclosure(this IServiceCollection services)
    {
        services.AddOptions<ClaimOptions>().BindConfiguration("Hub:Claims").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClaimOptions>, ClaimOptionsValidator>();
        return services.AddSingleton<ReleaseOffice>();
    }
}
