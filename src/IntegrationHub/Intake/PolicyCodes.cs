using System.Collections.Frozen;
using IntegrationHub.Policy;

namespace IntegrationHub.Intake;

/// <summary>
/// The need kinds and categories a source may send are those of its crosswalk and those of the policy in force (R07, R44):
/// a new row of the policy is understood in the next file, and what neither knows is still refused.
/// </summary>
internal static class PolicyCodes
{
    private static readonly string[] s_kinds = ["crosswalk-need-kind", "need-kind"];
    private static readonly string[] s_categories = ["crosswalk-low-income-category", "low-income-category"];

    /// <summary>The layout with the codes of the policy beside its own; its own go first.</summary>
    public static SnapshotLayout Widen(SnapshotLayout layout, PolicyPack? policy) => policy is null ? layout : layout with
    {
        Columns = [.. layout.Columns.Select(column => Widen(column, policy))],
    };

    private static LayoutColumn Widen(LayoutColumn column, PolicyPack policy)
    {
        var named = s_kinds.Contains(column.Crosswalk)
                ? policy.NeedKinds.Select(kind => (kind.Code, Names: kind.Aliases.Prepend(kind.Name).Prepend(kind.Code)))
            : s_categories.Contains(column.Crosswalk)
                ? policy.Categories.Select(row => (row.Code, Names: row.Aliases.Prepend(row.Name).Prepend(row.Code)))
            : [];
        var codes = new Dictionary<string, string>(column.Codes ?? FrozenDictionary<string, string>.Empty);
        foreach (var (code, names) in named)
        {
            foreach (var name in names)
                codes.TryAdd(name, code);
        }

        return codes.Count == (column.Codes?.Count ?? 0) ? column : column with { Codes = codes.ToFrozenDictionary() };
    }
}
