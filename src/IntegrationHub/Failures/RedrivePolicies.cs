namespace IntegrationHub.Failures;

/// <summary>Which messages may be sent again at all, and when a second person must agree. Pure, over the rows of the policy.</summary>
public sealed class RedrivePolicies
{
    private const string Endpoint = "endpoint";
    private const string Message = "message";
    private const string AllOthers = "*";

    private readonly Dictionary<(string Kind, string Name), RedrivePolicy> _rows;

    private RedrivePolicies(Dictionary<(string, string), RedrivePolicy> rows) => _rows = rows;

    public static RedrivePolicies Of(IEnumerable<RedrivePolicy> rows) =>
        new(rows.ToDictionary(row => (row.Kind, row.Name)));

    public bool Forbid(string endpoint, string messageType) =>
        For(endpoint, messageType).Any(row => row.Rule == RedrivePolicy.Forbidden);

    /// <summary>True when so many messages of these places need a second person.</summary>
    public bool AskForApproval(IReadOnlyCollection<(string Endpoint, string MessageType)> places, int messages) =>
        places.Any(place => For(place.Endpoint, place.MessageType)
            .Any(row => row.Rule == RedrivePolicy.NeedsApproval || messages > (row.ApprovalAbove ?? int.MaxValue)));

    // A row of its own stands in the place of the row for all others; without any, sending again is forbidden.
    private IEnumerable<RedrivePolicy> For(string endpoint, string messageType)
    {
        yield return _rows.GetValueOrDefault((Endpoint, endpoint))
            ?? _rows.GetValueOrDefault((Endpoint, AllOthers))
            ?? new RedrivePolicy(Endpoint, endpoint, RedrivePolicy.Forbidden, null);
        if (_rows.GetValueOrDefault((Message, messageType)) is { } ofMessage)
            yield return ofMessage;
    }
}
