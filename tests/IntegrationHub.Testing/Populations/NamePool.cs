namespace IntegrationHub.Testing.Populations;

/// <summary>Surnames and given names, the frequent ones first.</summary>
internal static class NamePool
{
    public static readonly string[] Surnames =
    [
        .. "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向常汤"
            .Select(letter => letter.ToString()),
        "欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟",
    ];

    public static readonly string[] Common =
    [
        "王伟", "王芳", "李伟", "王秀英", "李秀英", "李娜", "张秀英", "刘伟", "张敏", "李静", "张丽", "王静", "王丽", "李强", "张静", "李敏",
        "王敏", "王磊", "李军", "刘洋", "王艳", "王勇", "李艳", "李杰", "张勇", "张伟", "王军", "张杰", "李娟", "王娟", "张艳", "张涛", "王涛",
        "李明", "李勇", "王超", "李霞", "王强", "李丽", "王刚", "王平", "刘芳", "刘敏", "陈静", "杨洋", "赵磊", "陈伟", "周杰", "吴敏", "徐静",
    ];

    public static readonly string[] Letters =
    [
        .. "英华玉兰秀明国建文军平志红春海永云金荣丽桂林芳德清福玲凤美成梅生艳伟霞新忠光杰小敏强静安东勇龙宝江燕俊波辉珍洪庆娟山胜利良胜斌宏贵涛祥淑全雪慧莉瑞鹏智力成义兴泽雨欣佳怡梓涵子轩浩然宇晨思琪一诺可欣诗晴天翔昊苒沐阳熙景睿哲翰墨书远航乐悦宁安妍彤婷萱媛嘉祺铭博超凡楠琳洁颖倩雯蕾莎萍香月莲翠兰花凤枝菊秋冬夏卫民爱社会根柱栓牛虎豹石树木森水河川湖溪峰岩岭"
            .Distinct().Select(letter => letter.ToString()),
    ];

    /// <summary>Letters that old code pages lack: they come as a question mark or a box.</summary>
    public static readonly string[] Rare = ["㙍", "㛃", "䶮", "𬭬", "𫍯", "𬒈", "𠅤", "㻏", "𨱏", "𬀪"];

    public static readonly string[] Dotted =
        ["买买提", "艾力", "古丽", "阿依", "吐尔逊", "热合曼", "卓玛", "扎西", "次仁", "帕提古丽", "努尔", "玉素甫", "巴特尔", "其其格"];

    public static readonly string[] Dots = ["·", "・", "•", "．", "‧"];
}
