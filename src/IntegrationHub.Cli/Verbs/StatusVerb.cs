using System.CommandLine;
using IntegrationHub.Aid;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub status</c>: what still waits; all zero means the hub is quiet.</summary>
internal static class StatusVerb
{
    public static Command Create()
    {
        var command = new Command("status", "What still waits, by station.");
        command.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var (unsent, unconsumed) = await MessageOutbox.Waiting(work, cancellationToken);
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            var status = new
            {
                chunksWaiting = await ChunkStore.Waiting(work, cancellationToken),
                outboxWaiting = unsent + unconsumed,
                deliveriesWaiting = await DeliveryStore.Waiting(work, cancellationToken),
                pushesWaiting = await AidStore.Unreported(work, cancellationToken),
                failures = await FailureStore.Open(work, cancellationToken),
                offersWithoutCalendar = await ReferralReading.WithoutCalendar(
                    work, services.GetRequiredService<WorkingDays>(), cancellationToken),
                recallsOverdue = (await RecallBook.Counts(work, now, cancellationToken)).Overdue,
                correctionsOverdue = (await CorrectionBook.Counts(work, now, cancellationToken)).Overdue,
            };
            answer.Write(status, console => console.WriteLine(
                $"chunks {status.chunksWaiting}, messages {status.outboxWaiting}, deliveries {status.deliveriesWaiting}, "
                + $"reports {status.pushesWaiting}, failures {status.failures}, "
                + $"overdue recalls {status.recallsOverdue}, overdue corrections {status.correctionsOverdue}, "
                + $"offers without a calendar {status.offersWithoutCalendar}"));
            return 0;
        });
        return command;
    }
}
