using System.Text;

namespace IntegrationHub.Identity;

/// <summary>Values as an official who compares two people may see them: enough to tell them apart, too little to use.</summary>
public static class Masked
{
    /// <summary>The first letter, and a star for each of the others.</summary>
    public static string Name(string name)
    {
        var letters = name.EnumerateRunes().ToList();
        return letters.Count == 0 ? "" : letters[0] + new StringBuilder().Insert(0, "*", letters.Count - 1).ToString();
    }

    /// <summary>Area and the last four characters of a number; what is too short for that shows nothing.</summary>
    public static string IdNo(string? idNo) => idNo switch
    {
        null => "",
        { Length: >= 15 } => $"{idNo[..6]}{new string('*', idNo.Length - 10)}{idNo[^4..]}",
        _ => new string('*', idNo.Length),
    };

    /// <summary>The year only.</summary>
    public static string BornOn(DateOnly? born) => born is { } date ? $"{date.Year:0000}-**-**" : "";
}
