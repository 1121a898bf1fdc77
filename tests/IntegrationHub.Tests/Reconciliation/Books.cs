using System.Globalization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Reconciliation;

namespace IntegrationHub.Tests.Reconciliation;

/// <summary>Books of a few lines that agree unless a test says otherwise.</summary>
internal static class Books
{
    public const string One = "51410499501000068N";
    public const string Other = "534104995010000253";

    public static readonly DateTimeOffset Morning = new(2026, 3, 2, 5, 30, 0, TimeSpan.FromHours(8));

    /// <summary>An aid recorded and reported the evening before; its hash is its id and amount.</summary>
    public static AidBookLine Line(string local, decimal? amount = 100m, string uscc = One) => new()
    {
        AidId = $"{uscc}-{local}",
        Uscc = uscc,
        Amount = amount,
        FieldHash = HashOf($"{uscc}-{local}", amount),
        HasReferral = true,
        RecordedAt = Morning.AddHours(-9),
        ReportedAt = Morning.AddHours(-8),
    };

    /// <summary>The giver's book with these lines, and the totals it states of them.</summary>
    public static BookReading Giver(params AidBookLine[] lines) => Reading("charity", BookRole.Giver, lines);

    /// <summary>The informed partner's book with these lines, and the totals it states of them.</summary>
    public static BookReading Informed(params AidBookLine[] lines) => Reading("provincial", BookRole.Informed, lines);

    public static Difference Record(string kind, string source, AidBookLine line, string? explained) =>
        new(DifferenceLevel.Record, kind, source, line.AidId, explained);

    public static Difference Money(string source, string key, string? explained) =>
        new(DifferenceLevel.Payment, DifferenceClass.Sum, source, key, explained);

    private static BookReading Reading(string source, BookRole role, AidBookLine[] lines) => new()
    {
        Source = source,
        Role = role,
        ReadAt = Morning,
        Hashes = lines.ToDictionary(line => line.AidId, line => line.FieldHash),
        Totals = new BookTotals(lines.Length, lines.Sum(line => line.Amount ?? 0)),
    };

    private static string HashOf(string aidId, decimal? amount) =>
        string.Create(CultureInfo.InvariantCulture, $"hash of {aidId} {amount}");
}
