namespace Mocks.ProvincialPlatform.Needs;

/// <summary>A kind of need with the words the province uses for it.</summary>
internal sealed record NeedKind(string Code, string Word, string[] Hardships, string[] Reasons, int Low, int High)
{
    public static readonly NeedKind Housing = new("ZJ", "助居", ["HD5"],
        ["居室需要修缮,厨卫设施简陋", "缺少基本家具，冬季取暖困难"], 2_000, 20_000);

    public static readonly NeedKind School = new("ZX", "助学", ["HD4"],
        ["学费和生活费支出较大", "上学路途远，住宿费用难以负担"], 800, 8_000);

    public static readonly NeedKind Medical = new("ZY", "助医", ["HD1", "HD1", "HD7"],
        ["患病治疗自付费用较高，家庭难以负担", "长期用药,\"两病\"支出大"], 2_000, 30_000);

    public static readonly NeedKind Work = new("ZN", "助业", ["HD6"],
        ["有劳动意愿，需要技能培训", "希望就近就业"], 500, 5_000);

    public static readonly NeedKind Emergency = new("JN", "救急难", ["HD2", "HD3", "HD1", "HD9"],
        ["突发意外，基本生活陷入困境", "家中受灾，急需生活物资"], 1_000, 15_000);

    public static NeedKind Roll(ref Dice dice, int age)
    {
        var roll = dice.Pick(100);
        return age switch
        {
            < 3 => roll < 70 ? Medical : Emergency,
            < 6 => roll < 60 ? Medical : roll < 80 ? School : Emergency,
            <= 22 => roll < 70 ? School : roll < 85 ? Medical : Emergency,
            < 60 => roll < 35 ? Medical : roll < 60 ? Work : roll < 80 ? Housing : Emergency,
            _ => roll < 50 ? Medical : roll < 80 ? Housing : Emergency,
        };
    }
}
