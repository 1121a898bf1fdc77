using System.Globalization;
using System.Net;
using System.Text;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>The statement in plain Chinese: for the terminal, or as a page to print. The same statement gives the same words.</summary>
public sealed class StatementPage(CodeNames names, ProblemTexts problems)
{
    private const string Title = "个人信息处理情况告知书";

    /// <summary>One heading with the lines under it.</summary>
    public sealed record Section(string Heading, IReadOnlyList<string> Lines);

    public string Text(RightsStatement statement)
    {
        var text = new StringBuilder();
        text.Append(Title).Append('\n');
        foreach (var section in Sections(statement))
        {
            text.Append('\n').Append(section.Heading).Append('\n');
            foreach (var line in section.Lines)
                text.Append("  ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    public string Html(RightsStatement statement)
    {
        var page = new StringBuilder();
        page.Append(
            $$"""
            <!DOCTYPE html>
            <html lang="zh-CN"><head><meta charset="utf-8"><title>{{Title}}</title>
            <style>body{font:12pt/1.7 serif;max-width:42em;margin:2em auto;padding:0 1em}h1{font-size:18pt;text-align:center}
            h2{font-size:13pt;margin:1.4em 0 .3em;break-after:avoid}p{margin:.2em 0}@media print{body{margin:0} }</style></head><body>
            <h1>{{Title}}</h1>

            """);
        foreach (var section in Sections(statement))
        {
            page.Append("<h2>").Append(WebUtility.HtmlEncode(section.Heading)).Append("</h2>\n");
            foreach (var line in section.Lines)
                page.Append("<p>").Append(WebUtility.HtmlEncode(line)).Append("</p>\n");
        }

        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>Everything there is to say, in the order a person would ask.</summary>
    public IReadOnlyList<Section> Sections(RightsStatement statement) =>
    [
        new("说明", Preface(statement)),
        new($"一、您的信息提供给了谁（共 {statement.Releases.Count} 项，发送 {statement.Sends} 次）", OrNone(statement.Releases.SelectMany(Lines), "没有向任何组织提供过您的身份信息。")),
        new($"二、没有提供的情况（共 {statement.Refusals.Count} 次）", OrNone(statement.Refusals.Select(Refused), "没有拒绝提供的记录。")),
        new($"三、不含身份的匿名转介（共 {statement.AnonymousOffers.Count} 次）", OrNone(statement.AnonymousOffers.Select(Offered), "没有匿名转介。")),
        new("四、您的同意", OrNone(statement.Consents.SelectMany(Lines), "没有同意记录。")),
        new("五、我们保存了您的哪些信息", Held(statement)),
        new("六、登记的救助和帮扶", OrNone(Aid(statement), "没有登记的救助或帮扶。")),
        new("七、您的权利", Rights),
    ];

    private static readonly IReadOnlyList<string> Rights =
    [
        "撤回同意：您可以随时到办理业务的民政部门窗口或乡镇（街道）撤回同意，与给予同意一样方便，不需要理由，不影响您享受政府救助。",
        "撤回以后，系统立即停止提供；已经提供的，向接收方发出召回通知。撤回以前依照您的同意所作的提供仍然有效。",
        "更正和删除：信息有误或您要求删除的，请向上述窗口提出；依法应当保留的记录只保存凭证，不再用于其他用途。",
        "查询和复制：您可以随时再次索取本告知书。",
        "投诉举报：对信息的收集、提供有异议的，可以向县级民政部门投诉，也可以向履行个人信息保护职责的部门投诉、举报。",
    ];

    private static List<string> Preface(RightsStatement statement)
    {
        List<string> lines =
        [
            $"出具时间：{At(statement.MadeAt)}（北京时间）；编号：{statement.StatementId}",
            "本告知书依照《中华人民共和国个人信息保护法》第四十四条、第四十五条出具，不含姓名、证件号码等身份信息，出具人已另行核验申请人身份。",
        ];
        if (statement.ErasedAt is { } erased)
            lines.Add($"您的身份信息已于 {At(erased)} 删除，以下只是不含身份的凭证。");
        return lines;
    }

    private IEnumerable<string> Lines(StatedRelease release, int index)
    {
        yield return $"{index + 1}. {Name(release.Recipient)}，{At(release.At)}，用途：{Kind(release.Purpose)}{Need(release.NeedRef)}";
        yield return $"   提供的内容：{string.Join('、', release.Items.Select(item => names.Chinese("data-items", item)))}；发送 {release.Sends} 次";
        yield return release.Grant is { } grant
            ? $"   依据：{At(grant.At)} 由{Capacity(grant.Capacity)}给予的同意 {release.ConsentId}（第 {release.ConsentSequence} 号）{Notice(grant)}"
            : $"   依据：同意 {release.ConsentId}（第 {release.ConsentSequence} 号）";
        yield return "   联系方式：请向办理业务的民政部门查询";
        foreach (var notice in release.Notices)
        {
            yield return $"   {At(notice.At)} 已向其发出{NoticeKind(notice.Kind)}，"
                + (notice.AcknowledgedAt is { } confirmed ? $"对方 {At(confirmed)} 确认" : "对方尚未确认");
        }
    }

    private string Refused(StatedDecision one, int index) =>
        $"{index + 1}. {At(one.At)}，{Name(one.Organisation)}，{Kind(one.Purpose)}{Need(one.NeedRef)}："
        + $"{(one.Step == "OFFER" ? "没有转介" : "没有提供身份信息")}，原因：{problems.Chinese(one.Reason)}";

    private string Offered(StatedDecision one, int index) =>
        $"{index + 1}. {At(one.At)}，{Name(one.Organisation)}，{Kind(one.Purpose)}{Need(one.NeedRef)}";

    private IEnumerable<string> Lines(StatedConsent consent)
    {
        yield return $"同意 {consent.ConsentId}：{Standing(consent.Standing)}";
        foreach (var told in consent.Events)
        {
            var scope = told.Type is ConsentEventType.Given or ConsentEventType.Narrowed or ConsentEventType.Renewed
                ? $"；用途：{string.Join('、', told.Purposes.Select(Kind))}；内容：{string.Join('、', told.Items.Select(item => names.Chinese("data-items", item)))}"
                : "";
            yield return $"   第 {told.Sequence} 号，{At(told.EffectiveAt)}，{names.Chinese("consent-event", $"{told.Type}")}，{Capacity(told.Capacity)}{scope}";
        }
    }

    private List<string> Held(RightsStatement statement)
    {
        var held = statement.Holdings;
        List<string> lines =
        [
            $"身份记录（姓名、证件号码、性别、出生日期、健康、残疾、劳动能力、就学情况，加密保存）：{held.Members} 条",
            $"以您为户主的家庭记录（电话、住址、人口数，加密保存）：{held.Households} 条",
            $"低收入人口认定记录：{held.Recognitions} 条"
                + (held.Categories.Count > 0 ? $"（现为{string.Join('、', held.Categories.Select(category => names.Chinese("low-income-category", category)))}）" : ""),
            $"以上记录的历史变化：{held.Past} 条；同一人核对记录：{held.Reviews} 条",
            $"需求：{statement.Needs.Count} 条，理由加密保存",
        ];
        lines.AddRange(statement.Needs.Select(need =>
            $"   {need.NeedRef}，{Kind(need.Kind)}{(need.State is { } state ? $"，{names.Chinese("referral-state", state)}" : "")}"));
        lines.Add($"同意记录：{statement.Consents.Sum(consent => consent.Events.Count)} 条；提供和拒绝的凭证：{statement.Releases.Count + statement.Refusals.Count} 条");
        return lines;
    }

    private IEnumerable<string> Aid(RightsStatement statement)
    {
        foreach (var aid in statement.GovernmentAid)
        {
            yield return $"政府救助：{names.Chinese("low-income-category", aid.Category)}，{aid.Period}，{Money(aid.Amount)}，"
                + $"{names.Chinese("payment-status", aid.Status)}";
        }

        foreach (var (aid, giver) in statement.CharityAid)
        {
            var what = aid.Amount is { } amount ? Money(amount) : $"{aid.Quantity:0.##}{aid.Unit}";
            yield return $"慈善帮扶：{Name(giver)}，{aid.GivenOn:yyyy-MM-dd}，{names.Chinese("aid-form", aid.Form)}，{what}";
        }
    }

    private static IReadOnlyList<string> OrNone(IEnumerable<string> lines, string none) => [.. lines.DefaultIfEmpty(none)];

    private static string Name(StatedOrganisation one) => one.Name is { } name ? $"{name}（{one.Uscc}）" : one.Uscc;

    private static string Need(string? needRef) => needRef is null ? "" : $"，需求 {needRef}";

    private string Kind(string code) => names.Chinese("need-kind", code);

    private string Capacity(ConsentCapacity capacity) => names.Chinese("consent-capacity", $"{capacity}".ToUpperInvariant());

    private static string Notice(StatedGrant grant) =>
        grant.NoticeVersion is { } version ? $"，告知文本 {grant.NoticeId} {version} 版" : "";

    private static string NoticeKind(string kind) => kind == "RECALL" ? "召回通知" : "更正通知";

    private static string Standing(ConsentStanding standing) => standing switch
    {
        ConsentStanding.Active => "有效",
        ConsentStanding.Withdrawn => "已撤回",
        ConsentStanding.Expired => "已到期",
        ConsentStanding.GuardianLapsed => "监护人同意已失效，待本人确认",
        ConsentStanding.Invalidated => "已认定无效",
        _ => "未生效",
    };

    private static string Money(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00} 元");

    private static string At(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, HubCalendar.China).ToString("yyyy年M月d日 HH:mm", CultureInfo.InvariantCulture);
}
