using System.Globalization;

namespace IntegrationHub.Policy;

/// <summary>A pack in the words of officials: what each kind of need asks for, in Chinese, line by line.</summary>
public sealed class PolicyText(PolicyNames names)
{
    private static readonly CultureInfo s_form = CultureInfo.InvariantCulture;

    public IReadOnlyList<string> Of(PolicyPack pack)
    {
        var lines = new List<string>
        {
            $"规则版本 {pack.Version}，自 {Day(pack.EffectiveFrom)} 起{(pack.EffectiveTo is { } end ? $"至 {Day(end)}" : "，至新版本生效为止")}",
            $"临时救助对象：{pack.TempAid.WindowMonths} 个月内认定（{(pack.TempAid.LowerBound == DayWindow.Exclusive ? "不含" : "含")}起点日）",
            $"答复期限：{pack.Offer.WorkingDaysToAnswer} 个工作日",
            $"优先：{string.Join("、", pack.UrgentHardships.Select(code => names.NameOf("hardship", code)))}，每十件中最多 {pack.Routing.UrgentOfTen} 件因紧急先行；等待超过 {DaysToTheFirstLine} 天的同样先行",
            $"层级顺序：{string.Join(" → ", pack.Routing.Levels.Select(Level))}",
            "",
            "各类需求共同条件：",
        };
        Describe(pack.Referral.Eligible, 1, lines);
        foreach (var kind in pack.NeedKinds)
            Describe(kind, pack, lines);
        if (pack.Categories.Count > 0)
            lines.Add($"新增对象类别：{string.Join("、", pack.Categories.Select(row => $"{row.Name}（{row.Code}）"))}");
        foreach (var cap in pack.Standards)
            lines.Add($"救助标准：{Level(cap.Level)} {pack.KindOf(cap.Kind)?.Name ?? cap.Kind} 不超过 {cap.Cap.ToString("0.00", s_form)} 元，{Day(cap.From)} 至 {(cap.To is { } to ? Day(to) : "另行通知")}（超过只提示）");
        return lines;
    }

    private const int DaysToTheFirstLine = 30;

    private void Describe(NeedKind kind, PolicyPack pack, List<string> lines)
    {
        lines.Add("");
        lines.Add($"{kind.Name}（{kind.Code}{(kind.Aliases.Count > 0 ? $"，又称{string.Join("、", kind.Aliases)}" : "")}）");
        lines.Add($"  可提供：{string.Join("、", kind.Whitelist.Select(item => names.NameOf("data-items", item)))}");
        lines.Add($"  必填：{string.Join("、", kind.RequiredFields.Select(Label))}");
        if (kind.WorkingDaysToAnswer is not null)
            lines.Add($"  答复期限：{pack.WorkingDaysFor(kind.Code)} 个工作日");
        lines.Add("  条件：");
        if (kind.Eligible is { } rule)
            Describe(rule, 2, lines);
        else
            lines.Add("    （未规定，任何人均不适用）");
        foreach (var advice in kind.Advice)
        {
            lines.Add("  提示（不影响转介）：");
            Describe(advice, 2, lines);
        }
    }

    private void Describe(Predicate predicate, int depth, List<string> lines)
    {
        var indent = new string(' ', depth * 2);
        var tail = (predicate.Else is { } reason ? $"；否则：{names.NameOf("problem-code", reason)}" : "")
            + (predicate is Predicate.Test { Wait: { } wait } ? $"；尚无信息时：{names.NameOf("problem-code", wait)}" : "");
        switch (predicate)
        {
            case Predicate.All { Parts.Count: 0 }:
                lines.Add($"{indent}无条件");
                break;
            case Predicate.All all:
                lines.Add($"{indent}同时满足{tail}：");
                foreach (var part in all.Parts)
                    Describe(part, depth + 1, lines);
                break;
            case Predicate.Any any:
                lines.Add($"{indent}满足其中之一{tail}：");
                foreach (var part in any.Parts)
                    Describe(part, depth + 1, lines);
                break;
            case Predicate.Negated not:
                lines.Add($"{indent}不满足{tail}：");
                Describe(not.Part, depth + 1, lines);
                break;
            case Predicate.Test test:
                lines.Add($"{indent}{Label(test.Fact)}{Words(test)}{tail}");
                break;
        }
    }

    private string Words(Predicate.Test test) => test.Of switch
    {
        FactTest.OneOf { Codes: var codes } => $"为 {string.Join("、", codes.Select(code => names.NameOf(Fact.Find(test.Fact)?.CodeList ?? "", code)))}",
        FactTest.Between { Least: { } least, Most: { } most } => $"在 {Number(least)} 至 {Number(most)} 之间",
        FactTest.Between { Least: { } least } => $"不低于 {Number(least)}",
        FactTest.Between { Most: { } most } => $"不超过 {Number(most)}",
        FactTest.Within => "在规定的期限内",
        FactTest.WithinMonths { Months: var months } => $"在最近 {months} 个月内",
        _ => "已填写",
    };

    private static string Label(string fact) => Fact.Find(fact)?.Chinese ?? fact;

    private static string Level(string level) => level switch { "COUNTY" => "县级", "CITY" => "市级", "PROVINCE" => "省级", _ => level };

    private static string Number(decimal number) => number.ToString("0.##", s_form);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", s_form);
}
