using System.Runtime.CompilerServices;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;
using IntegrationHub.Protection;

namespace IntegrationHub.Adapters.Charity;

/// <summary>The federation's directory, whole every night, and its aid records from where the last night stopped.</summary>
internal sealed class CharityFeed(CharityClient client, Keyring keyring, TimeProvider time) : IRecordFeed
{
    public string Source => "charity";

    public IReadOnlyList<string> Types { get; } = ["ORG", "AID"];

    public IAsyncEnumerable<RecordPage> Pages(string type, string? cursor, CancellationToken cancellationToken) => type switch
    {
        "ORG" => Organisations(cancellationToken),
        "AID" => AidRecords(cursor, cancellationToken),
        _ => throw new InvalidOperationException($"The charity feed has no type {type}."),
    };

    private async IAsyncEnumerable<RecordPage> Organisations([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var version = time.GetUtcNow().ToUnixTimeMilliseconds();
        string? next = null;
        do
        {
            using var page = await client.Organisations(next, cancellationToken);
            yield return Read(page, null, item => CharityTranslator.Organisation(item, keyring, version));
            next = CharityClient.NextOf(page);
        }
        while (next is not null);
    }

    private async IAsyncEnumerable<RecordPage> AidRecords(
        string? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            using var page = await client.AidRecords(since, cancellationToken);
            since = CharityClient.NextOf(page) ?? PositionOf(page) ?? since;
            more = CharityClient.NextOf(page) is not null;
            yield return Read(page, since, item => CharityTranslator.Aid(item, keyring));
        }
    }

    // What breaks the contract is set aside by its place; its neighbours go on.
    private static RecordPage Read(JsonDocument page, string? cursor, Func<JsonElement, CanonicalRecord> translate)
    {
        var records = new List<CanonicalRecord>();
        var malformed = new List<int>();
        foreach (var (at, item) in page.RootElement.GetProperty("items").EnumerateArray().Index())
        {
            try
            {
                records.Add(translate(item));
            }
            catch (Exception failure) when (failure is FormatException or KeyNotFoundException or InvalidOperationException or OverflowException)
            {
                malformed.Add(at);
            }
        }

        return new RecordPage(cursor, records, malformed);
    }

    private static string? PositionOf(JsonDocument page) =>
        page.RootElement.TryGetProperty("position", out var position) && position.ValueKind == JsonValueKind.String
            ? position.GetString()
            : null;
}
