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
        var frame = OwnFrame().Match(stack);
        var cause = $"{exceptionType}\n{(frame.Success ? frame.Groups["method"].Value : "")}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cause)));
    }

    [GeneratedRegex(
        @"^\s*at (?<method>IntegrationHub\.[^(\r\n]+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnFrame();
}
