using System.Collections.Concurrent;
using CsvHelper;

namespace IntegrationHub.Policy;

/// <summary>The Chinese names of codes, as <c>contracts/codes</c> has them: what the person and officials read.</summary>
public sealed class CodeNames(ContractsFolder contracts)
{
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _lists = [];

    /// <summary>The name, or the code itself where nobody has named it.</summary>
    /// <param name="list">A list's file name without its end, such as <c>need-kind</c>.</param>
    /// <param name="code">A code of it.</param>
    public string Chinese(string list, string code) => _lists.GetOrAdd(list, Read).GetValueOrDefault(code, code);

    private Dictionary<string, string> Read(string list)
    {
        using var reader = CsvReader.FromFile(Path.Combine(contracts.Path, "codes", $"{list}.csv"));
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
            names[reader.GetString("code")] = reader.GetString("name_zh");
        return names;
    }
}
