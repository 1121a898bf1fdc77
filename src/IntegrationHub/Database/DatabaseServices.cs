using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace IntegrationHub.Database;

public sealed class DatabaseOptions
{
    /// <summary>Npgsql connection string of the hub's database.</summary>
    [Required]
    public string ConnectionString { get; init; } = "";
}

[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;

public static class DatabaseServices
{
    public static IServiceCollection AddHubDatabase(this IServiceCollection services)
    {
        services.AddOptions<DatabaseOptions>().BindConfiguration("Hub:Database").ValidateOnStart();
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        services.AddSingleton(provider =>
        {
            var builder = new NpgsqlDataSourceBuilder(
                provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString);
            builder.ConnectionStringBuilder.MaxAutoPrepare = 100;
            builder.ConnectionStringBuilder.IncludeErrorDetail = false; // details carry values, and values are personal
            return builder.Build();
        });
        services.AddSingleton<HubDatabase>();
        services.AddSingleton<Migrator>();
        return services;
    }
}
