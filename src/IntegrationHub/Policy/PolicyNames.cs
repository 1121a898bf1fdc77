using CsvHelper;

namespace IntegrationHub.Policy;

/// <summary>The code lists a pack may name, with what officials call each code (<c>contracts/codes</c>).</summary>
public sealed class PolicyNames(string contractsFolder)
{
    private readonly Dictionary<string, Dictionary<string, string>> _lists = [];

    /// <summary>Codes of a list and their Chinese names; empty when there is no such list.</summary>
    public IReadOnlyDictionary<string, string> Of(string list)
    {
        if (_lists.TryGetValue(list, out var known))
            return known;
        var names = new Dictionary<string, string>();
        var file = Path.Combine(contractsFolder, "codes", $"{list}.csv");
        if (File.Exists(file))
        {
            using var reader = CsvReader.FromFile(file);
            while (reader.Read())
                names[reader.GetString("code").Trim('\ufeff')] = reader.GetString("name_zh");
        }

        return _lists[list] = names;
    }

    /// <summary>What officials call a code; the code itself when nobody wrote a name.</summary>
    public string NameOf(string list, string code) => Of(list).GetValueOrDefault(code, code);
}
