namespace IntegrationHub.Intake;

/// <summary>The separators a file may use; two of them are no single byte in any encoding (D9).</summary>
internal static class Separators
{
    /// <summary>What a separator of several bytes is turned into before rows are cut: no text contains it.</summary>
    public const char StandIn = '\u001f';

    private static readonly Dictionary<string, char> s_named = new()
    {
        ["comma"] = ',',
        [","] = ',',
        ["tab"] = '\t',
        ["\t"] = '\t',
        ["semicolon"] = ';',
        [";"] = ';',
        ["；"] = '；',
        ["bar"] = '|',
        ["|"] = '|',
        ["｜"] = '｜',
        ["，"] = '，',
    };

    public static IEnumerable<string> Names => s_named.Keys.Select(name => name == "\t" ? "\\t" : name);

    /// <summary>Every separator, the likeliest first.</summary>
    public static IReadOnlyList<char> All { get; } = [',', '\t', '|', ';', '；', '｜', '，'];

    public static bool IsKnown(string name) => name == SnapshotLayout.Auto || s_named.ContainsKey(name);

    /// <summary>The separators to try for a layout, its own first.</summary>
    public static IEnumerable<char> ToTry(string name) => name == SnapshotLayout.Auto ? All : All.Prepend(s_named[name]).Distinct();

    /// <summary>What a layout says, or null when it leaves it open.</summary>
    public static char? Declared(string name) => name == SnapshotLayout.Auto ? null : s_named[name];
}
