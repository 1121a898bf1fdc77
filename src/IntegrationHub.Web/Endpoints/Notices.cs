using IntegrationHub.Disclosure;
using IntegrationHub.Pipeline;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>What an organisation says to a recall.</summary>
internal sealed record RecallAckDocument
{
    public required string Kind { get; init; }
    public string? Reason { get; init; }
}

/// <summary>What an organisation is to delete or to correct, and its word that it has (P7, P12).</summary>
internal static class Notices
{
    private const int Usual = 100;
    private const int Most = 500;
    private const int LongestCursor = 200;

    public static void MapNotices(this IEndpointRouteBuilder api)
    {
        api.MapGet("/recalls", Recalls);
        api.MapPost("/recalls/{recallId}/ack", AckRecall);
        api.MapGet("/corrections", Corrections);
        api.MapPost("/corrections/{correctionId}/ack", AckCorrection);
    }

    private static async Task<IResult> Recalls(
        SignedIn who, string? state, string? after, int? limit, NoticeDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (Objection(state, after, limit, problems) is { } objection)
            return objection;
        var page = await desk.Recalls(who.Caller, IsOpen(state), after, limit ?? Usual, cancellationToken);
        return Results.Ok(new { items = page.Items.Select(View), next = page.Next });
    }

    private static async Task<IResult> Corrections(
        SignedIn who, string? state, string? after, int? limit, NoticeDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (Objection(state, after, limit, problems) is { } objection)
            return objection;
        var page = await desk.Corrections(who.Caller, IsOpen(state), after, limit ?? Usual, cancellationToken);
        return Results.Ok(new { items = page.Items.Select(View), next = page.Next });
    }

    private static async Task<IResult> AckRecall(
        SignedIn who, string recallId, RecallAckDocument document, NoticeDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(recallId, out var id))
            return problems.Of("notice.not_found");
        var answer = new RecallAnswer(document.Kind, document.Reason);
        return Results.Ok(View(await desk.Acknowledge(who.Caller, id, answer, cancellationToken)));
    }

    private static async Task<IResult> AckCorrection(
        SignedIn who, string correctionId, NoticeDesk desk, ProblemResults problems, CancellationToken cancellationToken) =>
        Guid.TryParse(correctionId, out var id)
            ? Results.Ok(View(await desk.Acknowledge(who.Caller, id, cancellationToken)))
            : problems.Of("notice.not_found");

    private static IResult? Objection(string? state, string? after, int? limit, ProblemResults problems) =>
        state is not (null or "open" or "acked" or "all")
            ? problems.Of(ProblemCodes.Invalid, "The state is open, acked or all.")
        : limit is < 1 or > Most ? problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.")
        : after?.Length > LongestCursor ? problems.Of("cursor.invalid")
        : null;

    private static bool? IsOpen(string? state) => state switch
    {
        "all" => null,
        "acked" => false,
        _ => true,
    };

    private static object View(RecallRow recall) => new
    {
        recall.RecallId,
        recall.ReferralId,
        recall.ReleaseId,
        recall.Items,
        recall.Reason,
        recall.IssuedAt,
        recall.Deadline,
        recall.AckedAt,
        kind = recall.Ack,
    };

    private static object View(CorrectionRow correction) => new
    {
        correction.CorrectionId,
        correction.ReferralId,
        correction.ReleaseId,
        correction.Items,
        correction.Claimable,
        correction.IssuedAt,
        correction.Deadline,
        correction.AckedAt,
    };
}
