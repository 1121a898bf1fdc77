using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Pipeline;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>Which attempt an answer is about.</summary>
internal sealed record AttemptDocument
{
    public required int Attempt { get; init; }
}

/// <summary>A refusal of an offer with its reason (<c>contracts/codes/decline-reason.csv</c>).</summary>
internal sealed record DeclineDocument
{
    public required int Attempt { get; init; }
    public required string Reason { get; init; }
}

/// <summary>What an organisation answers to an offer, and how it goes on after it was given identity.</summary>
internal static class Answers
{
    public static void MapAnswers(this IEndpointRouteBuilder api)
    {
        api.MapPost("/referrals/{referralId}/accept", Step((answers, caller, id, attempt, cancellationToken) =>
            answers.Accept(caller, id, attempt, cancellationToken)));
        api.MapPost("/referrals/{referralId}/progress", Step((answers, caller, id, attempt, cancellationToken) =>
            answers.Progress(caller, id, attempt, cancellationToken)));
        api.MapPost("/referrals/{referralId}/complete", Step((answers, caller, id, attempt, cancellationToken) =>
            answers.Complete(caller, id, attempt, cancellationToken)));
        api.MapPost("/referrals/{referralId}/decline", Decline);
    }

    private delegate Task<ReferralAnswer> Stepping(
        ReferralAnswers answers, Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken);

    private static Delegate Step(Stepping step) => async (
        SignedIn who,
        string referralId,
        AttemptDocument document,
        ReferralAnswers answers,
        ProblemResults problems,
        CancellationToken cancellationToken) =>
    {
        if (!Guid.TryParse(referralId, out var id))
            return problems.Of("referral.not_found");
        return document.Attempt < 1
            ? problems.Of(ProblemCodes.Invalid, "The attempt is 1 or more.")
            : Results.Ok(await step(answers, who.Caller, id, document.Attempt, cancellationToken));
    };

    private static async Task<IResult> Decline(
        SignedIn who,
        string referralId,
        DeclineDocument document,
        ReferralAnswers answers,
        CodeLists codes,
        ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(referralId, out var id))
            return problems.Of("referral.not_found");
        if (document.Attempt < 1)
            return problems.Of(ProblemCodes.Invalid, "The attempt is 1 or more.");
        if (!codes.DeclineReasons.Contains(document.Reason))
            return problems.Of(ProblemCodes.Invalid, "The reason is not one of codes/decline-reason.csv.");
        return Results.Ok(await answers.Decline(who.Caller, id, document.Attempt, document.Reason, cancellationToken));
    }
}
