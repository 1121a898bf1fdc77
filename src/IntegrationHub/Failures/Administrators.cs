using IntegrationHub.Contracts;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Failures;

/// <summary>What an administrator may do.</summary>
public static class AdminRole
{
    public const string Observer = "observer";
    public const string Operator = "operator";
    public const string Approver = "approver";
    public const string Auditor = "auditor";

    public static readonly IReadOnlyList<string> All = [Observer, Operator, Approver, Auditor];
}

/// <summary>One administrator as configured.</summary>
public sealed class AdministratorOptions
{
    public string Name { get; init; } = "";
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Only what belongs to this division or below; empty for everything.</summary>
    public string Division { get; init; } = "";
}

public sealed class AccessOptions
{
    /// <summary>Who may look at failures and act on them. While nobody is named, whoever is at the machine may do all.</summary>
    public IReadOnlyList<AdministratorOptions> Administrators { get; init; } = [];
}

/// <summary>Who asks, with what they may do and for which division. Every function of the failures asks for one.</summary>
public sealed record Administrator(string Name, IReadOnlySet<string> Roles, string Division)
{
    public bool IsForAll => Division.Length == 0;

    /// <exception cref="HubProblemException"><c>access.role</c></exception>
    public void MustBe(params ReadOnlySpan<string> anyOf)
    {
        foreach (var role in anyOf)
        {
            if (Roles.Contains(role))
                return;
        }

        throw new HubProblemException(
            "access.role", $"{Name} is none of: {string.Join(", ", anyOf.ToArray())}.", "Ask somebody who is.");
    }

    /// <summary>The filter, narrowed to what this administrator is for.</summary>
    /// <exception cref="HubProblemException"><c>access.division</c></exception>
    public FailureFilterBy Narrow(FailureFilterBy filter) =>
        IsForAll ? filter
        : filter.Division is null ? filter with { Division = Division }
        : filter.Division.StartsWith(Division, StringComparison.Ordinal) ? filter
        : throw Elsewhere();

    /// <exception cref="HubProblemException"><c>access.division</c></exception>
    public void MustBeFor(string? division)
    {
        if (!IsForAll && division?.StartsWith(Division, StringComparison.Ordinal) != true)
            throw Elsewhere();
    }

    private HubProblemException Elsewhere() => new(
        "access.division", $"{Name} is for division {Division} only.", "Ask the administrator of that division.");
}

/// <summary>Finds who asks by name.</summary>
public sealed class Administrators(IOptions<AccessOptions> options)
{
    private static readonly HashSet<string> s_all = [.. AdminRole.All];

    /// <summary>True on an installation where anyone at the machine may do all.</summary>
    public bool NobodyIsNamed => options.Value.Administrators.Count == 0;

    /// <exception cref="HubProblemException"><c>reason.missing</c>, <c>access.unknown</c></exception>
    public Administrator Find(string? name)
    {
        var asked = name?.Trim() ?? "";
        if (asked.Length is 0 or > 100)
            throw new HubProblemException("reason.missing", "Who asks must be said.", "Name yourself.");
        if (options.Value.Administrators.Count == 0)
            return new Administrator(asked, s_all, "");
        var known = options.Value.Administrators.FirstOrDefault(one => one.Name.Equals(asked, StringComparison.OrdinalIgnoreCase));
        return known is null
            ? throw new HubProblemException("access.unknown", $"{asked} is no administrator.", "Name one of Hub:Access:Administrators.")
            : new Administrator(known.Name, known.Roles.ToHashSet(StringComparer.Ordinal), known.Division);
    }
}
