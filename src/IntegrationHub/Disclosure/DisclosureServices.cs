using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Disclosure;

public static class DisclosureServices
{
    public static IServiceCollection AddDisclosure(this IServiceCollection services) =>
        services.AddSingleton<ReleaseOffice>();
}
