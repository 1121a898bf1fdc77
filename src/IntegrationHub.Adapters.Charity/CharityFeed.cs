using System.Runtime.CompilerServices;
using System.Text.Json;
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
            yield return new RecordPage(
                null,
                [.. page.RootElement.GetProperty("items").EnumerateArray().Select(item => CharityTranslator.Organisation(item, keyring, version))]);
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
            yield return new RecordPage(
                since, [.. page.RootElement.GetProperty("items").EnumerateArray().Select(item => CharityTranslator.Aid(item, keyring))]);
        }
    }

    private static string? PositionOf(JsonDocument page) =>
        page.RootElement.TryGetProperty("position", out var position) && position.ValueKind == JsonValueKind.String
            ? position.GetString()
            : null;
}
