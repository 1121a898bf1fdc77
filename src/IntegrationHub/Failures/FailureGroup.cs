using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace IntegrationHub.Failures;

/// <summary>Puts failures with one cause under one key: the exception's type and the first of our own frames.</summary>
internal static partial class FailureGroup
{
    /// <summary>
    /// Line numbers and messages stay out, so that tomorrow's build and another person's data fall in the same group.
    /// </summary>
    public static string KeyOf(string exceptionType, string stack)
    {
        return HashOf($"{exceptionType}\n{FrameOf(stack)}");
    }

    /// <summary>The first of our own frames, without its arguments; empty where there is none.</summary>
    public static string FrameOf(string stack)
    {
        var frame = OwnFrame().Match(stack);
        return frame.Success ? frame.Groups["method"].Value : "";
    }

    /// <summary>The key of what people look at: one cause, of one message, at one endpoint, with one partner and code.</summary>
    public static string KeyOf(Failure failure) => HashOf(string.Join(
        '\n', failure.GroupKey, failure.MessageType, failure.Endpoint, failure.Partner, failure.ProblemCode));

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(
        @"^\s*at (?<method>IntegrationHub\.[^(\r\n]+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnFrame();
}
