using System.Buffers;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake.Fields;

/// <summary>What clerks write into a name cell beside the name (D3): 已故, 曾用名, 代领, and a second person.</summary>
internal static class NameNotes
{
    private static readonly SearchValues<char> s_between = SearchValues.Create("/／、,，;；|｜\\＼&＆+＋");
    private static readonly string[] s_deceased = ["已故", "死亡", "已死亡", "去世", "已去世", "亡故", "故", "亡"];
    private static readonly string[] s_former = ["曾用名", "原名", "又名", "别名", "小名"];
    private static readonly string[] s_collected = ["代领", "代收", "代办", "代签", "代"];
    private static readonly string[] s_plain = ["男", "女", "户主", "本人"];

    private static readonly string[] s_compoundSurnames =
    [
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "司徒", "端木", "长孙", "宇文", "轩辕", "司空",
        "百里", "呼延", "南宫", "独孤", "澹台", "闻人", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "钟离", "东郭", "南门",
        "拓跋", "赫连", "西门", "东门", "第五", "万俟",
    ];

    public static bool IsCompoundSurname(ReadOnlySpan<char> text)
    {
        foreach (var surname in s_compoundSurnames)
        {
            if (text.SequenceEqual(surname))
                return true;
        }

        return false;
    }

    /// <summary>True when letters that are all Chinese may still be more than a name.</summary>
    public static bool IsSuspicious(ReadOnlySpan<char> name) =>
        name.Contains('某') || (name.Length >= 4 && (name.Contains("已故", StringComparison.Ordinal) || name.Contains("代领", StringComparison.Ordinal)));

    /// <summary>True when the cell names two people, or says that somebody else collects and not clearly who.</summary>
    public static bool NamesSeveral(ReadOnlySpan<char> name)
    {
        var at = name.IndexOfAny(s_between);
        return at >= 0 || name.Contains("代领", StringComparison.Ordinal);
    }

    /// <summary>Takes notes off the end, one after the other, and says which.</summary>
    public static Span<char> TakeOff(scoped ref Reading reading, Span<char> name)
    {
        int before;
        do
        {
            before = name.Length;
            name = TakeOneOff(ref reading, name);
        }
        while (name.Length != before);
        return name;
    }

    private static Span<char> TakeOneOff(scoped ref Reading reading, Span<char> name)
    {
        if (name is [.., ')' or '）' or ']' or '】' or '〕'])
        {
            var open = name.LastIndexOfAny("(（[【〔");
            if (open < 0 || RuleOf(name[(open + 1)..^1], name[..open]) is not { } rule)
                return name;
            reading.Repair(rule);
            return name[..open];
        }

        if (name.Length >= 4 && name.EndsWith("已故"))
        {
            reading.Repair("name.deceased_note");
            return name[..^2];
        }

        var former = ((ReadOnlySpan<char>)name).IndexOf("曾用名", StringComparison.Ordinal);
        if (former < 2 || name[former - 1] is '(' or '（' or '[' or '【')
            return name;
        reading.Repair("name.former_name");
        return name[..former].TrimEnd(",，;；、 ");
    }

    private static string? RuleOf(ReadOnlySpan<char> note, ReadOnlySpan<char> name)
    {
        if (IsOneOf(note, s_deceased))
            return "name.deceased_note";
        if (IsOneOf(note, s_plain))
            return "name.note";
        foreach (var start in s_former)
        {
            if (note.StartsWith(start, StringComparison.Ordinal))
                return "name.former_name";
        }

        // 张三(李四代领): the first is the person, the second only fetched the money. The name must be one for that.
        foreach (var end in s_collected)
        {
            if (note.EndsWith(end, StringComparison.Ordinal) && name.Length >= 2 && !NamesSeveral(name) && AllHan(note) && AllHan(name))
                return "name.collector_note";
        }

        return null;
    }

    private static bool AllHan(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!NameLetters.IsHan(rune.Value) && !NameLetters.IsMiddleDot((char)(rune.Value & 0xffff)))
                return false;
        }

        return text.Length > 0;
    }

    private static bool IsOneOf(ReadOnlySpan<char> note, string[] notes)
    {
        foreach (var one in notes)
        {
            if (note.SequenceEqual(one))
                return true;
        }

        return false;
    }
}
