namespace Mocks.CharityFederation;

/// <summary>An organisation as the federation's directory lists it.</summary>
internal sealed record Organisation
{
    public static IReadOnlySet<string> Statuses { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "NORMAL", "ABNORMAL", "SUSPENDED", "REVOKED", "DEREGISTERED" };

    public required string Uscc { get; init; }

    public required string Name { get; init; }

    public required string OrgType { get; init; }

    public required bool IsCharity { get; init; }

    public required string Status { get; init; }

    public required string Level { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Areas { get; init; }

    public required Agreement Agreement { get; init; }

    public int Version { get; init; } = 1;
}
