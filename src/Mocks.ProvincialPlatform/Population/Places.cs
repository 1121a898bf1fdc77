namespace Mocks.ProvincialPlatform.Population;

/// <summary>Invented townships and villages; every county has the same.</summary>
internal static class Places
{
    public static readonly (string Division, string Name)[] Counties =
        [("410421", "示例一县"), ("410422", "示例二县"), ("410423", "示例三县")];

    /// <summary>The first three are streets: that is where urban categories live.</summary>
    public static readonly (string Code, string Name, string Office)[] Townships =
    [
        ("001", "春晓街道", "办事处"), ("002", "夏荷街道", "办事处"), ("003", "秋实街道", "办事处"),
        ("101", "青禾镇", "人民政府"), ("102", "白鹭镇", "人民政府"), ("103", "金穗镇", "人民政府"),
        ("104", "晴川镇", "人民政府"), ("105", "远山镇", "人民政府"), ("106", "明溪镇", "人民政府"),
        ("201", "松涛乡", "人民政府"), ("202", "梅影乡", "人民政府"), ("203", "竹韵乡", "人民政府"),
        ("204", "云起乡", "人民政府"), ("206", "荷风乡", "人民政府"), ("207", "枫红乡", "人民政府"),
    ];

    public const int Streets = 3;

    public static readonly string[] Villages =
    [
        "东坡村", "西岭村", "南湾村", "北沟村", "上坪村", "下坪村", "前营村", "后营村",
        "大槐村", "小桥村", "新庄村", "老庄村", "龙泉村", "凤凰村", "长岭村", "平安村",
    ];
}
