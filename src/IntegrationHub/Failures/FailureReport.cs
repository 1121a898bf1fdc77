using System.Reflection;
using IntegrationHub.Contracts;
using MassTransit;

namespace IntegrationHub.Failures;

/// <summary>Makes a failure out of an exception: unwrapped, cleaned, grouped.</summary>
internal static class FailureReport
{
    private const int LongestStack = 4000;

    public static Failure Of(Guid messageId, string endpoint, string messageType, Exception thrown, byte[] body)
    {
        var cause = Unwrap(thrown);
        var type = cause.GetType().FullName ?? cause.GetType().Name;
        var stack = StackOf(cause);
        return new Failure
        {
            MessageId = messageId,
            Endpoint = endpoint,
            MessageType = messageType,
            ExceptionType = type,
            ExceptionMessage = ExceptionText.Clean(cause.Message),
            Stack = stack,
            GroupKey = FailureGroup.KeyOf(type, stack),
            Body = body,
            ProblemCode = (cause as HubProblemException)?.Code ?? "",
            IsTransient = TransientCause.Is(thrown),
        };
    }

    // What merely carries another exception says nothing about the cause.
    private static Exception Unwrap(Exception thrown)
    {
        while (thrown is AggregateException or TargetInvocationException or MassTransitException
               && thrown.InnerException is { } inner)
            thrown = inner;
        return thrown;
    }

    // Frames only. Exception.ToString would repeat the message, uncleaned.
    private static string StackOf(Exception cause)
    {
        var frames = new List<string>();
        for (Exception? link = cause; link is not null; link = link.InnerException)
            frames.Add($"{link.GetType().FullName}{Environment.NewLine}{link.StackTrace}");
        var stack = string.Join(Environment.NewLine, frames);
        return stack.Length <= LongestStack ? stack : stack[..LongestStack];
    }
}
