using System.Collections.Frozen;

namespace IntegrationHub.Policy;

/// <summary>What kind of value a fact has, and so which tests can be put to it.</summary>
public enum FactKind
{
    Code,
    Number,
    Day,

    /// <summary>Words of which only is asked whether there are any.</summary>
    Presence,
}

/// <summary>
/// A fact a rule may ask for: the closed list. A rule that names another is refused when it is published, not when it is
/// applied.
/// </summary>
/// <param name="Name">As it stands in a rule.</param>
/// <param name="Kind">What kind of value it has.</param>
/// <param name="Chinese">What officials call it.</param>
/// <param name="CodeList">The list in <c>contracts/codes</c> its values are of.</param>
public sealed record Fact(string Name, FactKind Kind, string Chinese, string? CodeList = null)
{
    public const string Yes = "YES";
    public const string No = "NO";

    public const string Category = "category";
    public const string TemporaryAidOn = "temporaryAidOn";
    public const string SupportMode = "supportMode";
    public const string Age = "age";
    public const string LabourAbility = "labourAbility";
    public const string EducationStage = "educationStage";
    public const string Hardship = "hardship";
    public const string Ground = "ground";
    public const string Reason = "reason";
    public const string GovAidStatus = "govAidStatus";
    public const string Channel = "channel";
    public const string SubjectStatus = "subjectStatus";
    public const string Amount = "amount";
    public const string CostTotal = "costTotal";
    public const string BasicInsurance = "basicInsurance";
    public const string CriticalInsurance = "criticalInsurance";
    public const string MedicalAssistance = "medicalAssistance";
    public const string Residual = "residual";
    public const string Cause = "cause";
    public const string OtherSchemes = "otherSchemes";
    public const string Beneficiary = "beneficiary";
    public const string Confirmed = "confirmed";
    public const string Evidence = "evidence";
    public const string Verification = "verification";
    public const string OpenedOn = "openedOn";

    private static readonly FrozenDictionary<string, Fact> s_all = new Fact[]
    {
        new(Category, FactKind.Code, "低收入人口类别", "low-income-category"),
        new(TemporaryAidOn, FactKind.Day, "最近一次临时救助认定日期"),
        new(SupportMode, FactKind.Code, "特困供养方式", "support-mode"),
        new(Age, FactKind.Number, "年龄"),
        new(LabourAbility, FactKind.Code, "劳动能力", "labour-ability"),
        new(EducationStage, FactKind.Code, "就学阶段", "education-stage"),
        new(Hardship, FactKind.Code, "困难类型", "hardship"),
        new(Ground, FactKind.Code, "转介理由", "ground"),
        new(Reason, FactKind.Presence, "理由说明"),
        new(GovAidStatus, FactKind.Code, "政府救助情况", "gov-aid-status"),
        new(Channel, FactKind.Code, "渠道", "intake-channel"),
        new(SubjectStatus, FactKind.Code, "对象状态", "subject-status"),
        new(Amount, FactKind.Number, "申请金额"),
        new(CostTotal, FactKind.Number, "费用总额"),
        new(BasicInsurance, FactKind.Number, "基本医保支付"),
        new(CriticalInsurance, FactKind.Number, "大病保险支付"),
        new(MedicalAssistance, FactKind.Number, "医疗救助支付"),
        new(Residual, FactKind.Number, "三重保障后自付费用"),
        new(Cause, FactKind.Code, "致困原因", "cause"),
        new(OtherSchemes, FactKind.Code, "其他制度已保障", "yes-no"),
        new(Beneficiary, FactKind.Code, "帮扶对象", "beneficiary"),
        new(Confirmed, FactKind.Code, "人工筛查确认", "yes-no"),
        new(Evidence, FactKind.Presence, "佐证材料"),
        new(Verification, FactKind.Presence, "核对报告编号"),
        new(OpenedOn, FactKind.Day, "提出日期"),
    }.ToFrozenDictionary(fact => fact.Name);

    public static IEnumerable<Fact> All => s_all.Values.OrderBy(fact => fact.Name, StringComparer.Ordinal);

    public static Fact? Find(string name) => s_all.GetValueOrDefault(name);
}
