namespace Mocks.CharityFederation;

/// <summary>Four workers that take reactions from the queue; one that breaks rests and harms no other.</summary>
internal sealed partial class ReactionWorkers(
    Reactions reactions, Reactor reactor, Tally tally, ILogger<ReactionWorkers> logger) : BackgroundService
{
    private const int Workers = 4;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Work(stoppingToken)));

    private async Task Work(CancellationToken cancellationToken)
    {
        await foreach (var reaction in reactions.Work(cancellationToken))
        {
            var last = Step.Fail;
            try
            {
                last = await reactor.Carry(reaction, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The type only: an exception's text could quote what a claim brought.
                LogBroken(reaction.Offer.ReferralId, reaction.Stage, failure.GetType().Name);
                tally.Count(Counted.Errors);
            }
            finally
            {
                reactions.Settle(reaction, last);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Referral {ReferralId} broke at {Stage}: {ExceptionType}.")]
    private partial void LogBroken(string referralId, Stage stage, string exceptionType);
}
