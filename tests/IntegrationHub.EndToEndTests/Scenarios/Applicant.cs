using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>
/// A person who lives alone in a county, is recognised there, and what civil affairs writes about them. Each scenario
/// has applicants of its own, so that scenarios can share a hub.
/// </summary>
internal sealed record Applicant(int Number, string County, DateOnly Born)
{
    private const string Surnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨";
    private const string GivenNames = "梅兰竹菊松柏桐枫荷莲桂杏桃榆槐柳";

    public string Household => $"SC{Number:00000}";

    public string NeedRef => $"XQ-SC-{Number:00000}";

    public string ConsentRef => $"TY-SC-{Number:00000}";

    public string IdNo { get; init; } = ResidentNumber.Of(Born, 100 + (Number % 800));

    public string Name { get; init; } =
        $"{Surnames[Number % 16]}{GivenNames[Number / 16 % 16]}{GivenNames[(Number * 7) % 16]}";

    public string Phone => $"1380000{Number:0000}";

    public string Address => $"示例路{Number}号";

    /// <summary>The household, the person in it and the recognition: what the province sends of everyone.</summary>
    public IReadOnlyList<ProvinceRow> Registered(DateTimeOffset now) =>
    [
        Row("HZ",
            ("家庭固化ID", Household), ("户主姓名", Name), ("户主身份证", IdNo), ("家庭人口数", "1"), ("救助类型", "110"),
            ("开始年月", "202501"), ("区划", County), ("居住地址", Address), ("电话", Phone), ("更新时间", Stamp(now)), ("操作类型", "新增")),
        Member(),
        Row("RD",
            ("认定编号", $"RD-{Household}"), ("家庭固化ID", Household), ("身份证", IdNo), ("救助类型", "110"),
            ("认定日期", "20250105"), ("认定机构", "示例民政局")),
    ];

    public ProvinceRow Member(params IEnumerable<(string Column, string Text)> cells) => Row("CY",
        ("家庭固化ID", Household), ("姓名", Name), ("身份证", IdNo), ("与户主关系", "02"), ("性别", IdNo[16] % 2 == 1 ? "1" : "2"),
        ("出生日期", Born.ToString("yyyyMMdd", CultureInfo.InvariantCulture)), ("健康", "10")).With(cells);

    /// <summary>A need for help with the home, unless the cells say otherwise.</summary>
    public ProvinceRow Need(DateTimeOffset now, params IEnumerable<(string Column, string Text)> cells) => Row("XQ",
        ("需求编号", NeedRef), ("身份证", IdNo), ("家庭固化ID", Household), ("需求类别", "助居"), ("困难类型", "HD5"), ("申请金额", "3000"),
        ("转介理由", "政府救助后仍有困难"), ("理由说明", "房屋漏雨"), ("政府救助情况", "已救助"), ("区划", County), ("渠道", "线下"),
        ("采集机构", "示例民政所"), ("对象状态", "在册"), ("提出日期", Day(now)), ("状态", "待帮扶"), ("更新时间", Stamp(now))).With(cells);

    /// <summary>Consent to an anonymous offer to all charities, and to details for those named.</summary>
    public ProvinceRow Agrees(DateTimeOffset now, params IEnumerable<string> named) => Consent(now, 1, "给予")
        .With(("接收方USCC", string.Join('|', named)), ("接收方类别", "CHARITY"));

    /// <summary>An event of the person's consent; what it covers is everything a need for the home may say.</summary>
    public ProvinceRow Consent(DateTimeOffset now, int sequence, string happened, params IEnumerable<(string Column, string Text)> cells) => Row("TY",
        ("同意书编号", ConsentRef), ("序号", $"{sequence}"), ("身份证", IdNo), ("事件", happened), ("授权人身份", "本人"), ("目的", "ZJ"),
        ("数据项", "name|phone|address|household|need_detail"), ("动作", "OFFER|DETAIL"), ("敏感单独同意", "是"), ("对外提供单独同意", "是"),
        ("告知书编号", "GZ-1"), ("告知书版本", "1"), ("告知书摘要", Digest("notice")), ("证据摘要", Digest($"{ConsentRef}-{sequence}-{happened}")),
        ("生效时间", Stamp(now)), ("有效期自", "20260101"), ("有效期至", "20261231")).With(cells);

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Day(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Stamp(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private ProvinceRow Row(string type, params (string Column, string Text)[] cells) =>
        new(type, County, cells.ToDictionary(cell => cell.Column, cell => cell.Text));
}
