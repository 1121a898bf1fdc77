using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Bus;
using IntegrationHub.Database;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Failures;

/// <summary>
/// Files a message that failed for good, or that nobody at its endpoint consumes, with its body: bus messages hold
/// references only. If PostgreSQL is away too, the next filter moves the message to the broker's error queue.
/// </summary>
internal sealed partial class FailureFilter(
    string endpoint, HubDatabase database, EndpointCatalogue? endpoints, TimeProvider time, ILogger<FailureFilter> logger)
    : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (await TryFile(context, context.Exception))
            return;
        // The error queue keeps the text as a header.
        context.ExceptionHeaders.Set(
            MessageHeaders.FaultMessage, ExceptionText.Clean(context.Exception.GetBaseException().Message));
        await next.Send(context);
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!await TryFile(context, new NobodyConsumesException()))
            await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("failures");

    private async Task<bool> TryFile(ReceiveContext context, Exception thrown)
    {
        try
        {
            await File(context, thrown);
            return true;
        }
        catch (Exception failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            LogNotFiled(failure, endpoint);
            return false;
        }
    }

    private async Task File(ReceiveContext context, Exception thrown)
    {
        var body = context.Body.GetBytes();
        var failure = FailureReport.Of(
            context.GetMessageId() ?? IdOf(body), endpoint, MessageTypeOf(body), thrown, body) with
        {
            Partner = endpoints is not null && endpoints.TryFind(endpoint, out var known) ? known.Partner : "",
            Subjects = MessageSubjects.Of(body),
        };
        await using var work = await database.Begin(context.CancellationToken);
        await FailureStore.Add(work, failure, time.GetUtcNow(), context.CancellationToken);
        await work.Commit(context.CancellationToken);
        LogFiled(failure.MessageId, endpoint, failure.ExceptionType, failure.GroupKey);
    }

    // A body without an id is its own name, so that its copies do not pile up.
    internal static Guid IdOf(byte[] body) => new(SHA256.HashData(body).AsSpan(0, 16), bigEndian: true);

    internal static string MessageTypeOf(byte[] body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.TryGetProperty("messageType", out var types)
                && types.ValueKind == JsonValueKind.Array
                && types.GetArrayLength() > 0
                    ? types[0].ToString()
                    : "unknown";
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return "unknown"; // what cannot be read may well be why it failed
        }
    }

    [LoggerMessage(LogLevel.Error, "Message {MessageId} of {Endpoint} failed: {ExceptionType}, group {GroupKey}.")]
    private partial void LogFiled(Guid messageId, string endpoint, string exceptionType, string groupKey);

    [LoggerMessage(LogLevel.Error, "A failed message of {Endpoint} could not be filed; it goes to the error queue.")]
    private partial void LogNotFiled(Exception failure, string endpoint);
}

/// <summary>A message came to an endpoint where nobody consumes its type.</summary>
public sealed class NobodyConsumesException() : Exception("Nobody consumes this type of message here.");
