using IntegrationHub.Failures;

namespace IntegrationHub.Tests.Failures;

public sealed class FailureGroupTests
{
    private const string Type = "System.FormatException";

    private const string Stack = """
           at System.Number.ThrowFormatException(String value)
           at IntegrationHub.Intake.FieldForms.Money(String text) in /src/FieldForms.cs:line 40
           at IntegrationHub.Pipeline.ChunkPipeline.Apply(HubTransaction work) in /src/ChunkPipeline.cs:line 88
        """;

    [Fact]
    public void Another_line_another_file_and_another_frame_further_out_are_the_same_group()
    {
        var rebuilt = """
               at System.Number.ThrowOther(String value)
               at IntegrationHub.Intake.FieldForms.Money(String text) in D:\build\FieldForms.cs:line 41
               at IntegrationHub.Intake.RowLanding.Land(HubTransaction work) in D:\build\RowLanding.cs:line 9
            """;

        Assert.Equal(FailureGroup.KeyOf(Type, Stack), FailureGroup.KeyOf(Type, rebuilt));
    }

    [Fact]
    public void Another_type_or_another_first_frame_of_ours_is_another_group()
    {
        var elsewhere = Stack.Replace("FieldForms.Money", "FieldForms.Date", StringComparison.Ordinal);

        Assert.NotEqual(FailureGroup.KeyOf(Type, Stack), FailureGroup.KeyOf("System.OverflowException", Stack));
        Assert.NotEqual(FailureGroup.KeyOf(Type, Stack), FailureGroup.KeyOf(Type, elsewhere));
    }

    [Fact]
    public void A_stack_without_a_frame_of_ours_is_grouped_by_type_alone() =>
        Assert.Equal(
            FailureGroup.KeyOf(Type, ""), FailureGroup.KeyOf(Type, "   at System.Number.ThrowFormatException(String value)"));
}
