namespace IntegrationHub.Benchmarks.Messaging;

/// <summary>
/// The same work for every system: so many producers, each committing one transaction after another with a row of
/// business and so many messages of 1 KB; each message's effect is a row, once, in a transaction of the receiver's.
/// </summary>
internal sealed record MessageLoad(int Messages, int Producers, int PerTransaction)
{
    public const int BodyBytes = 1_024;

    /// <summary>What a system may warm up with before the clock starts.</summary>
    public int Warming => Math.Max(500, Messages / 20);

    public override string ToString() => PerTransaction == 1
        ? $"{Producers} producers, a transaction per message"
        : $"{Producers} producers, {PerTransaction} messages a transaction";

    /// <summary>Every producer's share, in transactions.</summary>
    public IEnumerable<int> Transactions(int messages)
    {
        for (var left = messages; left > 0; left -= PerTransaction)
            yield return Math.Min(left, PerTransaction);
    }
}
