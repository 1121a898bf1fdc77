using System.Text;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Pipeline;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Web.Endpoints;

/// <summary>Whom a charity is about to help, and with what.</summary>
internal sealed record AidQuestionDocument
{
    /// <summary>Personal data: looked up as a keyed hash, and written nowhere.</summary>
    public required string IdNo { get; init; }
    public required string Kind { get; init; }
}

/// <summary>What an organisation says to an alert.</summary>
internal sealed record AlertAckDocument
{
    public string? Reason { get; init; }
}

/// <summary>
/// <c>POST /aid/exists</c>: one answer of one size, no sooner than a fixed time after the question (P21); and the
/// acknowledgement of alerts (R06).
/// </summary>
internal static class AidQuestionEndpoints
{
    private const int SizeOfAnswer = 64;

    public static void MapAidQuestions(this IEndpointRouteBuilder api)
    {
        api.MapPost("/aid/exists", Ask);
        api.MapPost("/alerts/{alertId}/ack", Acknowledge);
    }

    private static async Task<IResult> Ask(
        SignedIn who, AidQuestionDocument document, AidQuestions questions, CodeLists codes, ProblemResults problems,
        IOptions<WebOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!ResidentId.TryParse(document.IdNo.Trim().ToUpperInvariant(), out var id))
            return problems.Of(ProblemCodes.Invalid, "These members do not match the contract: idNo.");
        if (!codes.IsNeedKind(document.Kind))
            return problems.Of(ProblemCodes.Invalid, "These members do not match the contract: kind.");
        var asked = time.GetTimestamp();
        var answer = await questions.Ask(who.Caller, id.Value, document.Kind, cancellationToken);
        // Whatever took less or more of the time before is waited out.
        var left = options.Value.ExistsAnswersAfter - time.GetElapsedTime(asked);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, time, cancellationToken);
        return Results.Bytes(Padded(answer), "application/json");
    }

    private static async Task<IResult> Acknowledge(
        SignedIn who, string alertId, AlertAckDocument document, AidDesk desk, ProblemResults problems, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(alertId, out var id) || document.Reason?.Length > 500)
            return problems.Of("alert.not_found");
        await desk.Acknowledge(id, who.Caller.Uscc, who.Caller.Uscc, document.Reason, cancellationToken);
        return Results.Ok(new { alertId = id, acknowledged = true });
    }

    /// <summary>The answer in as many bytes as every other: blanks behind it are JSON too.</summary>
    internal static byte[] Padded(AidAnswer answer) => Encoding.UTF8.GetBytes(
        $$"""{"aided":{{(answer.Aided ? "true" : "false")}},"band":"{{answer.Band}}"}""".PadRight(SizeOfAnswer));
}
