using System.Text;

namespace IntegrationHub.Identity.Linkage;

/// <summary>How much two names have in common, letter by letter (a letter is a code point: rare characters are pairs in UTF-16).</summary>
internal static class NameComparison
{
    private const double LeastSimilarity = 0.6;
    private const int Wild = -1;

    /// <summary>The form in which names are equal: as <see cref="PersonNames.Normalise"/> has it, compatible forms folded, no dots.</summary>
    public static string MatchForm(string name)
    {
        // Most names: nothing to fold, nothing to allocate.
        if (!name.AsSpan().ContainsAnyExceptInRange('一', '鿿'))
            return name;
        var text = PersonNames.Normalise(name);
        return (text.IsNormalized(NormalizationForm.FormKC) ? text : text.Normalize(NormalizationForm.FormKC))
            .Replace("·", "", StringComparison.Ordinal)
            .ToUpperInvariant();
    }

    /// <summary>
    /// True where a letter was lost on the way (a question mark, a box, a private-use code, Latin for a rare character),
    /// or where the name is a stand-in for one not given yet: such a name never matches by itself.
    /// </summary>
    public static bool IsDegraded(string name)
    {
        var form = MatchForm(name);
        return form.Length == 0
            || Letters(form).Contains(Wild)
            || form is "无名" or "无名氏" or "未取名" or "未命名" or "新生儿" or "婴儿" or "不详" or "未知"
            || form.EndsWith("之子", StringComparison.Ordinal)
            || form.EndsWith("之女", StringComparison.Ordinal)
            || form.EndsWith("宝宝", StringComparison.Ordinal);
    }

    public static NameLevel Compare(string one, string other, bool degraded)
    {
        var a = MatchForm(one);
        var b = MatchForm(other);
        if (a.Length == 0 || b.Length == 0)
            return NameLevel.Missing;
        if (degraded)
            return MayBe(Letters(a), Letters(b)) ? NameLevel.Degraded : NameLevel.Different;
        if (a == b)
            return NameLevel.Exact;

        var left = Letters(a);
        var right = Letters(b);
        var longer = Math.Max(left.Length, right.Length);
        var distance = EditDistance(left, right);
        if (distance == 1)
        {
            var shorter = Math.Min(left.Length, right.Length);
            return shorter >= 3 ? NameLevel.OneLetter : shorter == 2 ? NameLevel.OneLetterOfTwo : NameLevel.Different;
        }

        return longer >= 4 && 1.0 - ((double)distance / longer) >= LeastSimilarity ? NameLevel.Similar : NameLevel.Different;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours between two texts.</summary>
    public static int EditDistance<T>(ReadOnlySpan<T> one, ReadOnlySpan<T> other) where T : IEquatable<T>
    {
        var width = other.Length + 1;
        Span<int> rows = stackalloc int[3 * Math.Min(width, 128)];
        if (width > 128)
            rows = new int[3 * width];
        for (var j = 0; j < width; j++)
            rows[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var row = rows.Slice(i % 3 * width, width);
            var before = rows.Slice((i + 2) % 3 * width, width);
            var beforeThat = rows.Slice((i + 1) % 3 * width, width);
            row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var change = one[i - 1].Equals(other[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(before[j] + 1, row[j - 1] + 1), before[j - 1] + change);
                if (i > 1 && j > 1 && one[i - 1].Equals(other[j - 2]) && one[i - 2].Equals(other[j - 1]))
                    row[j] = Math.Min(row[j], beforeThat[j - 2] + 1);
            }
        }

        return rows[(one.Length % 3 * width) + other.Length];
    }

    // A run of lost letters is one wild card: a rare character comes as one box, two question marks, or its reading.
    private static int[] Letters(string form)
    {
        var letters = new List<int>(form.Length);
        var inBrackets = false;
        foreach (var rune in form.EnumerateRunes())
        {
            inBrackets = rune.Value is '(' or '[' or '{' or '（' || (inBrackets && rune.Value is not (')' or ']' or '}' or '）'));
            var letter = inBrackets || IsLost(rune) ? Wild : rune.Value;
            if (letter != Wild || letters.Count == 0 || letters[^1] != Wild)
                letters.Add(letter);
        }

        // A name written in Latin throughout is a name, not a loss.
        return letters.Exists(letter => letter != Wild) ? [.. letters] : [.. form.EnumerateRunes().Select(rune => rune.Value)];
    }

    private static bool IsLost(Rune rune) =>
        rune.Value is '?' or '*' or '□' or '■' or '〓' or '\ufffd' or '_' or '#' or ')' or ']' or '}' or '）' or '某'
        || rune.Value is >= 0xE000 and <= 0xF8FF or >= 0xF0000
        || rune.Value is >= 0x2FF0 and <= 0x2FFB
        || (rune.IsAscii && Rune.IsLetterOrDigit(rune));

    // One wild card stands for one or two letters.
    private static bool MayBe(ReadOnlySpan<int> one, ReadOnlySpan<int> other)
    {
        if (one.IsEmpty || other.IsEmpty)
            return one.IsEmpty && other.IsEmpty;
        if (one[0] == Wild && other[0] == Wild)
            return MayBe(one[1..], other[1..]);
        if (one[0] == Wild)
            return MayBe(one[1..], other[1..]) || (other.Length > 1 && MayBe(one[1..], other[2..]));
        if (other[0] == Wild)
            return MayBe(other, one);
        return one[0] == other[0] && MayBe(one[1..], other[1..]);
    }
}
