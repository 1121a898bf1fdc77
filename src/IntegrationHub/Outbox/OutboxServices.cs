using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Outbox;

public sealed class OutboxOptions
{
    /// <summary>Messages told in one transaction.</summary>
    [Range(1, 5_000)]
    public int BatchSize { get; init; } = 500;

    /// <summary>How often a message that the broker does not take, while it takes others, is tried before it is parked.</summary>
    [Range(1, 1_000)]
    public int MostAttempts { get; init; } = 30;

    /// <summary>How often a relay looks while messages come: what they gather in between goes in one transaction.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan BusyPoll { get; init; } = TimeSpan.FromMilliseconds(5);

    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class OutboxOptionsValidator : IValidateOptions<OutboxOptions>;

public static class OutboxServices
{
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddSingleton<MessageOutbox>();
        return services;
    }

    /// <summary>The relay, where the process has a bus to tell.</summary>
    public static IServiceCollection AddOutboxRelay(this IServiceCollection services)
    {
        services.AddOptions<OutboxOptions>().BindConfiguration("Hub:Outbox").ValidateOnStart();
        services.AddSingleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>();
        services.AddHostedService<OutboxRelay>();
        return services;
    }
}
