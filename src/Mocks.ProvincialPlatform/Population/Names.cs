namespace Mocks.ProvincialPlatform.Population;

/// <summary>Invented names: common surnames and given-name characters, a few of them rare on purpose.</summary>
internal static class Names
{
    private const double RareShare = 0.004;

    private static readonly string[] Surnames =
    [
        "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
        "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
        "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
        "田", "任", "姜", "范", "方", "石", "姚", "谭", "廖", "邹", "熊", "金", "陆", "郝", "孔", "白", "崔", "康", "毛",
        "邱", "秦", "江", "史", "顾", "侯", "邵", "孟", "龙", "万", "段", "雷", "钱", "汤", "尹", "黎", "易", "常", "武",
        "欧阳", "司马", "上官", "诸葛",
    ];

    private static readonly string[] Given =
    [
        "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀", "霞",
        "平", "刚", "桂", "英", "华", "玉", "兰", "红", "建", "国", "文", "斌", "梅", "志", "春", "秋", "晓", "燕", "辉",
        "玲", "丹", "萍", "鹏", "飞", "凤", "洁", "琴", "云", "莉", "波", "宁", "俊", "峰", "慧", "佳", "嘉", "欣", "雨",
        "晨", "浩", "宇", "轩", "子", "涵", "梓", "诗", "怡", "博", "思", "雪", "琪", "瑞", "祥", "福", "海", "山", "林",
        "永", "成", "康", "德", "贵", "生", "长", "根", "荣", "喜", "庆", "宝", "银", "焕", "改", "爱", "莲", "花", "枝",
    ];

    private static readonly string[] Rare = ["䶮", "㙍", "𬱖"];

    public static void Write(RowBuffer row, County county, int index)
    {
        var person = county.People[index];
        row.Append(Surname(county, person, index));
        var dice = Dice.For(county.Seed, Draw.GivenName, index);
        if (!dice.Chance(0.15))
            row.Append(dice.Pick<string>(Given));
        row.Append(dice.Chance(RareShare) ? dice.Pick<string>(Rare) : dice.Pick<string>(Given)).End();
    }

    private static string Surname(County county, Person person, int index)
    {
        // Household and person indexes are told apart by the second number.
        var dice = Relation.SharesSurname(person.Relation)
            ? Dice.For(county.Seed, Draw.Surname, person.Household, 1)
            : Dice.For(county.Seed, Draw.Surname, index, 2);
        return dice.Pick<string>(Surnames);
    }
}
