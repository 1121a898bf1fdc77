using IntegrationHub.Contracts;
using IntegrationHub.Reconciliation;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>The platform's list of charity aid: what the hub has told it, as it kept it.</summary>
internal sealed class ProvincialBook(ProvincialClient client) : IPartnerBook
{
    public string Source => "provincial";

    public BookRole Role => BookRole.Informed;

    public Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<string, string>>(async () => await client.AidDigest(cancellationToken));

    public Task<BookTotals?> Totals(CancellationToken cancellationToken) =>
        Read<BookTotals?>(async () =>
        {
            var (count, sum) = await client.AidSummary(cancellationToken);
            return new BookTotals(count, sum);
        });

    public Task<IReadOnlyList<BookNode>?> Nodes(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<BookNode>?>(async () => await client.AidTree(prefixes, cancellationToken));

    public Task<IReadOnlyDictionary<string, string>> Lines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<string, string>>(async () => await client.AidLines(prefixes, cancellationToken));

    // A "+OK" that lacks what the contract promises, or has it in another form.
    private static async Task<T> Read<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new HubProblemException(
                "partner.unreadable", "The provincial platform's answer about charity aid is not what its contract says.",
                "Check the interface with the partner, then run the reconciliation again.", failure);
        }
    }
}
