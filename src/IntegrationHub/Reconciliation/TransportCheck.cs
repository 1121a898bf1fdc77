namespace IntegrationHub.Reconciliation;

/// <summary>The transport level, pure: every row of every file has one fate, and nothing is stuck on its way.</summary>
public static class TransportCheck
{
    public static IEnumerable<Difference> OfFiles(IEnumerable<FileLine> files) => files.SelectMany(OfFile);

    public static IEnumerable<Difference> OfQueues(IEnumerable<QueueLine> queues) => queues.SelectMany(OfQueue);

    /// <summary>Deliveries that were given up: their subscriber never learned of them.</summary>
    public static IEnumerable<Difference> OfParked(long parked) =>
        parked == 0
            ? []
            : [new(DifferenceLevel.Transport, DifferenceClass.Parked, Difference.Hub, $"deliveries={parked}", null)];

    /// <summary>Part of a night that its source did not give; the night went on without it.</summary>
    public static Difference NotTaken(string source, Guid runId, string code) =>
        new(DifferenceLevel.Transport, DifferenceClass.NotTaken, source, runId.ToString(), code);

    public static Difference Unreachable(string source, string code) => new(
        DifferenceLevel.Transport, DifferenceClass.PartnerUnreachable, source, code,
        DifferenceReason.PartnerUnreachable);

    private static IEnumerable<Difference> OfFile(FileLine file)
    {
        if (file.State == "HELD")
            yield return Of(file, DifferenceClass.FileHeld, file.Code);
        else if (file.State is "IGNORED" or "HISTORY")
            yield return Of(file, DifferenceClass.FileIgnored, file.Code);
        if (file.State == "LANDING" || file.Rows != file.Accounted)
            yield return Of(file, DifferenceClass.Count, null);
    }

    private static IEnumerable<Difference> OfQueue(QueueLine queue)
    {
        (long Count, string? Reason)[] parts =
        [
            (queue.Young, DifferenceReason.InFlight), (queue.Failed, DifferenceReason.InFailures), (queue.Old, null),
        ];
        return from part in parts
               where part.Count > 0
               select new Difference(
                   DifferenceLevel.Transport, DifferenceClass.Waiting, Difference.Hub,
                   DifferenceKey.Of($"{queue.Name}={part.Count}", part.Reason), part.Reason);
    }

    private static Difference Of(FileLine file, string kind, string? code) =>
        new(DifferenceLevel.Transport, kind, file.Source, file.Name, code);
}
