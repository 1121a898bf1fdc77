using System.Collections.Frozen;
using CsvHelper;

namespace IntegrationHub.Policy;

/// <summary>What each problem code means in words, for senders and officials (<c>contracts/codes/problem-code.csv</c>).</summary>
public sealed class ProblemTexts
{
    private readonly FrozenDictionary<string, string> _chinese;

    public ProblemTexts(ContractsFolder contracts)
    {
        using var reader = CsvReader.FromFile(Path.Combine(contracts.Path, "codes", "problem-code.csv"));
        var texts = new Dictionary<string, string>();
        while (reader.Read())
            texts[reader.GetString("code")] = reader.GetString("name_zh");
        _chinese = texts.ToFrozenDictionary();
    }

    /// <summary>The Chinese text, or the code itself when nobody wrote one.</summary>
    public string Chinese(string code) => _chinese.GetValueOrDefault(code, code);
}
