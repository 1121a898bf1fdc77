using System.Text;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;

namespace IntegrationHub.Cli.Verbs;

/// <summary>A sheet of consents as an official reads it to the person, and as a document.</summary>
internal sealed class ConsentPage(CodeNames names)
{
    public static object DocumentOf(ConsentSheet sheet) => new
    {
        personKey = sheet.PersonKey,
        asOf = sheet.AsOf,
        matching = sheet.Matching,
        consents = sheet.Consents.Select(view => new
        {
            consentId = view.State.ConsentId,
            standing = view.State.Standing.ToString(),
            sequence = view.State.Sequence,
            changedAt = view.State.ChangedAt,
            capacity = view.State.Capacity.ToString(),
            givenBy = view.State.GivenBy,
            purposes = view.State.Purposes,
            items = view.State.Items,
            recipientClass = view.State.RecipientClass,
            recipients = view.State.Recipients,
            actions = view.State.Actions,
            sensitive = view.State.Sensitive,
            provide = view.State.Provide,
            validFrom = view.State.ValidFrom,
            validTo = view.State.ValidTo,
            notice = new { id = view.State.NoticeId, version = view.State.NoticeVersion, hash = view.State.NoticeHash },
            contradictions = view.Contradictions,
            toldOfOthers = view.IsToldOfOthers,
            events = view.Entries.Select(entry => new
            {
                number = entry.Number,
                sequence = entry.Event.Sequence,
                type = entry.Event.Type.ToString(),
                origin = entry.Origin,
                effectiveAt = entry.Event.EffectiveAt,
                recordedAt = entry.RecordedAt,
            }),
        }),
    };

    public string Text(ConsentSheet sheet)
    {
        var page = new StringBuilder();
        if (sheet.Consents.Count == 0)
            page.AppendLine("没有任何同意记录");
        if (sheet.Matching is { Objects: true } word)
            page.AppendLine($"本人反对自动匹配（{At(word.At)}），须由人工确认后才能转介");
        foreach (var view in sheet.Consents)
            Append(page, view);
        return page.ToString();
    }

    private void Append(StringBuilder page, ConsentView view)
    {
        var state = view.State;
        page.AppendLine($"同意书 {state.ConsentId}：{StandingOf(state.Standing)}（第 {state.Sequence} 号，{At(state.ChangedAt)}）");
        if (view.Contradictions.Count > 0)
            page.AppendLine($"   注意：第 {string.Join('、', view.Contradictions)} 号有两种说法，不作为依据，请核实");
        if (view.IsToldOfOthers)
            page.AppendLine("   注意：同一编号还报给了另一人，不作为依据，请核实");
        page.AppendLine($"   授权人：{names.Chinese("consent-capacity", state.Capacity.ToString().ToUpperInvariant())}；告知书 {state.NoticeId} 第 {state.NoticeVersion} 版");
        page.AppendLine($"   用途：{Listed("need-kind", state.Purposes)}；数据项：{Listed("data-items", state.Items)}");
        page.AppendLine($"   接收方：{ReceiversOf(state)}；动作：{Listed("consent-action", state.Actions)}");
        page.AppendLine($"   敏感信息单独同意：{YesNo(state.Sensitive)}；向他人提供单独同意：{YesNo(state.Provide)}；有效期 {state.ValidFrom:yyyy-MM-dd} 至 {state.ValidTo:yyyy-MM-dd}");
        foreach (var entry in view.Entries)
        {
            page.AppendLine($"   · 第 {entry.Event.Sequence} 号 {names.Chinese("consent-event", $"{entry.Event.Type}")}，"
                + $"{At(entry.Event.EffectiveAt)} 生效，{At(entry.RecordedAt)} 记录{OriginOf(entry.Origin)}");
        }
    }

    private static string ReceiversOf(ConsentState state) =>
        state.Recipients.Count > 0 ? string.Join('、', state.Recipients)
        : state.RecipientClass is not null ? "慈善组织（类别，仅限匿名转介）"
        : "无";

    private string Listed(string list, IReadOnlyList<string> codes) =>
        codes.Count == 0 ? "无" : string.Join('、', codes.Select(code => names.Chinese(list, code)));

    private static string StandingOf(ConsentStanding standing) => standing switch
    {
        ConsentStanding.Active => "有效",
        ConsentStanding.Withdrawn => "已撤回",
        ConsentStanding.Expired => "已到期",
        ConsentStanding.GuardianLapsed => "监护失效",
        ConsentStanding.Invalidated => "无效",
        _ => "未给予",
    };

    private static string OriginOf(string origin) => origin switch
    {
        ConsentOrigin.Desk => "（枢纽同意台）",
        ConsentOrigin.Clock => "（到期提示）",
        _ => "",
    };

    private static string YesNo(bool value) => value ? "有" : "无";

    private static string At(DateTimeOffset instant) =>
        $"{TimeZoneInfo.ConvertTime(instant, HubCalendar.China):yyyy-MM-dd HH:mm}";
}
