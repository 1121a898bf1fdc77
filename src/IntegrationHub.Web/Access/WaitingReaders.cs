using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Web.Access;

/// <summary>How many readers of one organisation wait at the same time; what is waited with costs memory and a connection.</summary>
internal sealed class WaitingReaders(IOptions<WebOptions> options) : IAsyncDisposable
{
    private readonly PartitionedRateLimiter<string> _places = PartitionedRateLimiter.Create<string, string>(
        uscc => RateLimitPartition.GetConcurrencyLimiter(
            uscc, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Value.WaitingReaders, QueueLimit = 0 }));

    public RateLimitLease Sit(string uscc) => _places.AttemptAcquire(uscc);

    public ValueTask DisposeAsync() => _places.DisposeAsync();
}
