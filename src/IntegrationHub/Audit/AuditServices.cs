using IntegrationHub.Protection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Audit;

/// <summary>Where the daily roots go.</summary>
public sealed class AuditOptions
{
    /// <summary>Folder of the exported roots, best on storage of another keeper; beside the master key unless named.</summary>
    public string RootFolder { get; set; } = "";
}

public static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration("Hub:Audit")
            .PostConfigure<IOptions<ProtectionOptions>>((audit, protection) =>
            {
                if (audit.RootFolder.Length == 0)
                    audit.RootFolder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(protection.Value.MasterKeyFile)) ?? ".", "audit-roots");
            });
        return services.AddSingleton<AuditRoots>();
    }
}
