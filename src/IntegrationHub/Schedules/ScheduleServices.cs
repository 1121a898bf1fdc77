using System.ComponentModel.DataAnnotations;
using Hangfire;
using Hangfire.PostgreSql;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Schedules;

public sealed class ScheduleOptions
{
    /// <summary>When the nightly sync starts, cron in Asia/Shanghai. Set to "-" on an installation that is driven by hand.</summary>
    [Required]
    public string NightlySync { get; init; } = "0 2 * * *";

    /// <summary>When the night is reconciled, cron in Asia/Shanghai.</summary>
    [Required]
    public string NightlyReconcile { get; init; } = "30 5 * * *";

    /// <summary>When consents that ended with the day are told, cron in Asia/Shanghai. No decision waits for it.</summary>
    [Required]
    public string ConsentClock { get; init; } = "5 0 * * *";

    /// <summary>When yesterday's audit log is closed with a signed root, cron in Asia/Shanghai.</summary>
    [Required]
    public string DailyRoot { get; init; } = "10 6 * * *";

    /// <summary>When retention runs, cron in Asia/Shanghai; after the root, which it waits for.</summary>
    [Required]
    public string DailyRetention { get; init; } = "40 6 * * *";
}

[OptionsValidator]
internal sealed partial class ScheduleOptionsValidator : IValidateOptions<ScheduleOptions>;

public static class ScheduleServices
{
    public const string Queue = "night";

    /// <summary>The sync itself and the client that triggers it.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services)
    {
        services.AddOptions<ScheduleOptions>().BindConfiguration("Hub:Schedules").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScheduleOptions>, ScheduleOptionsValidator>();
        services.AddSingleton<NightlySync>();
        services.AddSingleton<NightJobs>();
        services.AddSingleton<BookPull>();
        services.AddSingleton<ConsentClockJob>();
        services.AddSingleton<AuditRootJob>();
        services.AddSingleton<RetentionJob>();
        services.AddHangfire((provider, hangfire) => hangfire
            .UseSimpleAssemblyNameTypeSerializer()
            .UsePostgreSqlStorage(
                postgres => postgres.UseNpgsqlConnection(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString),
                new PostgreSqlStorageOptions
                {
                    AllowDegradedModeWithoutStorage = false,
                    UseSlidingInvisibilityTimeout = true, // else a long job is started again beside itself
                    InvisibilityTimeout = TimeSpan.FromMinutes(5),
                    QueuePollInterval = TimeSpan.FromSeconds(1),
                }));
        return services;
    }

    /// <summary>The server that runs the triggers, and the resumption of what a crash left unfinished.</summary>
    public static IServiceCollection AddScheduleServer(this IServiceCollection services)
    {
        services.AddHangfireServer(server =>
        {
            server.Queues = [Queue];
            server.WorkerCount = 2;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(5);
        });
        services.AddHostedService<ScheduleStarter>();
        return services;
    }

    private sealed class ScheduleStarter(
        IRecurringJobManager recurring, IBackgroundJobClient jobs, NightlySync sync, IOptions<ScheduleOptions> options)
        : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Schedule("nightly-sync", options.Value.NightlySync, (id, cron, settings) =>
                recurring.AddOrUpdate<NightJobs>(id, Queue, night => night.SyncAll(CancellationToken.None), cron, settings));
            Schedule("nightly-reconcile", options.Value.NightlyReconcile, (id, cron, settings) =>
                recurring.AddOrUpdate<ReconcileJob>(id, Queue, night => night.Reconcile(CancellationToken.None), cron, settings));
            Schedule("consent-clock", options.Value.ConsentClock, (id, cron, settings) =>
                recurring.AddOrUpdate<ConsentClockJob>(id, Queue, clock => clock.Tell(CancellationToken.None), cron, settings));
            Schedule("daily-root", options.Value.DailyRoot, (id, cron, settings) =>
                recurring.AddOrUpdate<AuditRootJob>(id, Queue, night => night.Close(CancellationToken.None), cron, settings));
            Schedule("daily-retention", options.Value.DailyRetention, (id, cron, settings) =>
                recurring.AddOrUpdate<RetentionJob>(id, Queue, night => night.Run(CancellationToken.None), cron, settings));
            foreach (var source in await sync.Interrupted(stoppingToken))
                jobs.Enqueue<NightJobs>(Queue, night => night.Sync(source, CancellationToken.None));
        }

        private void Schedule(string id, string cron, Action<string, string, RecurringJobOptions> add)
        {
            if (cron == "-")
                recurring.RemoveIfExists(id);
            else
                add(id, cron, new RecurringJobOptions { TimeZone = HubCalendar.China });
        }
    }
}
