using System.Reflection;
using System.Text;
using IntegrationHub.Failures;

namespace IntegrationHub.Tests.Failures;

public sealed class FailureReportTests
{
    [Fact]
    public void What_only_carries_another_exception_is_taken_off()
    {
        var report = Report(new TargetInvocationException(new AggregateException(new FormatException("bad"))));

        Assert.Equal("System.FormatException", report.ExceptionType);
        Assert.Equal("bad", report.ExceptionMessage);
    }

    [Fact]
    public void Neither_text_nor_stack_holds_what_an_exception_quotes_not_even_an_inner_one()
    {
        var report = Report(Thrown(() => throw new InvalidOperationException(
            "The record of 'Wang' is wrong.", new FormatException("410499198001011234"))));

        Assert.DoesNotContain("Wang", report.ExceptionMessage + report.Stack, StringComparison.Ordinal);
        Assert.DoesNotContain("410499", report.ExceptionMessage + report.Stack, StringComparison.Ordinal);
        Assert.Contains(nameof(FailureReportTests), report.Stack, StringComparison.Ordinal);
        Assert.Contains("System.FormatException", report.Stack, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messageId":"x","messageType":["urn:message:A:B","urn:message:C"],"message":{}}""", "urn:message:A:B")]
    [InlineData("""{"messageType":[]}""", "unknown")]
    [InlineData("""{"messageType":"urn:message:A:B"}""", "unknown")]
    [InlineData("[]", "unknown")]
    [InlineData("{ broken", "unknown")]
    [InlineData("", "unknown")]
    public void The_type_of_a_message_is_read_from_its_envelope_as_far_as_it_can_be(string body, string type) =>
        Assert.Equal(type, FailureFilter.MessageTypeOf(Encoding.UTF8.GetBytes(body)));

    private static Failure Report(Exception thrown) =>
        FailureReport.Of(Guid.Empty, "hub.fan-out", "urn:message:A:B", thrown, []);

    private static Exception Thrown(Action action) => Assert.ThrowsAny<Exception>(action);
}
