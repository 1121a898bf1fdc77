namespace IntegrationHub.Intake.Fields;

/// <summary>是 or 否 and nothing else: these columns say what a person consented to, so no other word is taken for yes.</summary>
internal static class YesNo
{
    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text) => text switch
    {
        "是" => FieldValue.Of(true),
        "否" => FieldValue.Of(false),
        _ when Letters.MeansNothing(text) => reading.Absent("cell.placeholder"),
        _ => reading.Refuse("code.unknown"),
    };
}
