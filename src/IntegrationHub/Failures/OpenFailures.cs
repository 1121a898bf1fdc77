using IntegrationHub.Database;

namespace IntegrationHub.Failures;

/// <summary>What stands in Failures, by reference: for whoever asks why something has not happened.</summary>
public static class OpenFailures
{
    internal const string MessagesSql = """
        select distinct message_id
          from failures.failed_message
         where state = 'NEW'
           and endpoint <> $1
        """;

    internal const string RecordsSql = """
        select message_id
          from failures.failed_message
         where state = 'NEW'
           and endpoint = $1
           and message_id = any ($2)
        """;

    /// <summary>Messages that failed for good and nobody has decided about.</summary>
    public static async Task<Guid[]> Messages(HubTransaction work, CancellationToken cancellationToken) =>
    [
        .. await work.Query(
            MessagesSql, [Parameter.Text(FailureStore.RecordEndpoint)], row => row.GetGuid(0), cancellationToken),
    ];

    /// <summary>Which of these source records failed alone and wait for a person.</summary>
    public static async Task<HashSet<Guid>> RecordsAmong(
        HubTransaction work, IReadOnlyCollection<Guid> sourceKeys, CancellationToken cancellationToken) =>
    [
        .. await work.Query(
            RecordsSql, [Parameter.Text(FailureStore.RecordEndpoint), Parameter.As(sourceKeys.ToArray())],
            row => row.GetGuid(0), cancellationToken),
    ];
}
