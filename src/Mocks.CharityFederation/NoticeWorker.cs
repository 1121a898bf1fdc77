namespace Mocks.CharityFederation;

/// <summary>Does what a notice asks for and says so: a recall is deleted already, a correction is claimed again first.</summary>
internal sealed partial class NoticeWorker(
    Notices notices, HubClient hub, Reactions reactions, Claiming claiming, Faults faults, Tally tally,
    ILogger<NoticeWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var notice in notices.Work(stoppingToken))
        {
            try
            {
                await Answer(notice, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogBroken(notice.Id, failure.GetType().Name);
                tally.Count(Counted.Errors);
            }
            finally
            {
                notices.Done();
            }
        }
    }

    private async Task Answer(Notice notice, CancellationToken cancellationToken)
    {
        if (faults.ForgetsAck())
        {
            tally.Count(Counted.ForgottenAcks);
            return;
        }

        // Without a case any more there is nothing to claim; the notice is still acknowledged.
        if (notice.Kind == NoticeKind.Correction && reactions.Find(notice.Uscc, notice.ReferralId) is { } reaction)
            await claiming.Claim(reaction, cancellationToken);
        var answer = notice.Kind == NoticeKind.Recall
            ? await hub.AckRecall(notice.Uscc, notice.Id, cancellationToken)
            : await hub.AckCorrection(notice.Uscc, notice.Id, cancellationToken);
        if (answer is HubAnswer.Done)
            tally.Count(Counted.Acked);
        else
            tally.Unwelcome("ack", answer);
    }

    [LoggerMessage(LogLevel.Error, "Notice {NoticeId} could not be answered: {ExceptionType}.")]
    private partial void LogBroken(string noticeId, string exceptionType);
}
