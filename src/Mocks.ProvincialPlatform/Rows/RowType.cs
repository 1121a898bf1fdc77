namespace Mocks.ProvincialPlatform.Rows;

/// <summary>A type of row: its code, its opaque column prefix and its columns in order.</summary>
internal sealed record RowType(string Code, string Prefix, string[] Columns)
{
    public static readonly RowType Households = new("HZ", "axdf",
    [
        "家庭固化ID", "户主姓名", "户主身份证", "家庭人口数", "救助类型", "开始年月", "结束年月", "区划",
        "居住地址", "户籍地址", "电话", "申请原因", "更新时间", "操作类型",
    ]);

    public static readonly RowType Members = new("CY", "axdh",
    [
        "家庭固化ID", "姓名", "身份证", "与户主关系", "性别", "出生日期", "健康", "残疾证号", "劳动能力", "就学阶段",
    ]);

    public static readonly RowType Recognitions = new("RD", "abaf",
    [
        "认定编号", "家庭固化ID", "身份证", "救助类型", "认定日期", "结束日期", "认定机构", "结束原因", "供养方式",
    ]);

    public static readonly RowType Payments = new("FF", "abag",
    [
        "批次号", "家庭固化ID", "领款人身份证", "救助类型", "所属年月", "金额", "发放日期", "状态",
    ]);

    public static readonly RowType Needs = new("XQ", "abax",
    [
        "需求编号", "身份证", "家庭固化ID", "需求类别", "困难类型", "申请金额", "转介理由", "理由说明", "政府救助情况",
        "区划", "渠道", "采集机构", "对象状态", "核对报告编号", "提出日期", "有效期至", "状态", "更新时间",
        "就学阶段", "劳动能力", "费用总额", "基本医保", "大病保险", "医疗救助", "致困原因", "帮扶对象", "其他制度保障",
        "筛查确认", "佐证材料",
    ]);

    public static readonly RowType Consents = new("TY", "azzx",
    [
        "同意书编号", "序号", "身份证", "事件", "授权人身份", "目的", "数据项", "接收方类别", "接收方USCC", "动作",
        "敏感单独同意", "对外提供单独同意", "告知书编号", "告知书版本", "告知书摘要", "证据摘要", "生效时间",
        "有效期自", "有效期至", "原因", "渠道",
    ]);

    public static readonly RowType[] All = [Households, Members, Recognitions, Payments, Needs, Consents];

    /// <summary>The names the API uses instead: prefix and four-digit position.</summary>
    public string[] OpaqueNames { get; } =
        [.. Enumerable.Range(1, Columns.Length).Select(position => $"{Prefix}{position:D4}")];

    public static RowType? Find(string? code) => Array.Find(All, type => type.Code == code);
}
