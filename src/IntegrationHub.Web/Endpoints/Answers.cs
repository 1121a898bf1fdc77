using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace IntegrationHub.Web.Endpoints;

/// <summary>
/// What an organisation says about an attempt. Which members belong to which step is in contracts/hub/openapi.yaml.
/// </summary>
internal record AttemptDocument
{
    public required int Attempt { get; init; }

    /// <summary>The version it decided on, here or in If-Match.</summary>
    public int? ExpectedVersion { get; init; }
}

/// <summary>A refusal of an offer (codes/decline-reason.csv) or a failure (codes/fail-reason.csv) with its reason.</summary>
internal sealed record ReasonDocument : AttemptDocument
{
    public required string Reason { get; init; }
}

/// <summary>How the help goes: begun or gone on, paused, or given in part.</summary>
internal sealed record ProgressDocument : AttemptDocument
{
    public string? State { get; init; }
}

/// <summary>The need is met; a service without an aid record names its proof.</summary>
internal sealed record CompletionDocument : AttemptDocument
{
    public string? ProofRef { get; init; }
}

/// <summary>What an organisation answers to an offer, and how it goes on after it was given identity.</summary>
internal static class Answers
{
    public static void MapAnswers(this IEndpointRouteBuilder api)
    {
        Map<AttemptDocument>(api, "accept", (_, wish) => wish with { State = ReferralState.Accepted });
        Map<ReasonDocument>(
            api, "decline", (said, wish) => wish with { State = ReferralState.Declined, Reason = said.Reason });
        Map<ProgressDocument>(api, "progress", (said, wish) => wish with { State = said.State ?? ReferralState.InProgress });
        Map<CompletionDocument>(
            api, "complete", (said, wish) => wish with { State = ReferralState.Completed, ProofRef = said.ProofRef });
        Map<ReasonDocument>(api, "fail", (said, wish) => wish with { State = ReferralState.Failed, Reason = said.Reason });
    }

    private static void Map<TDocument>(
        IEndpointRouteBuilder api, string step, Func<TDocument, ReferralWish, ReferralWish> wishOf)
        where TDocument : AttemptDocument =>
        api.MapPost($"/referrals/{{referralId}}/{step}", async (
            SignedIn who,
            string referralId,
            [FromHeader(Name = "If-Match")] string? ifMatch,
            TDocument document,
            HttpContext context,
            ReferralAnswers answers,
            ProblemResults problems,
            CancellationToken cancellationToken) =>
        {
            if (!Guid.TryParse(referralId, out var id))
                return problems.Of("referral.not_found");
            if (document.Attempt < 1)
                return problems.Of(ProblemCodes.Invalid, "The attempt is 1 or more.");
            if (!VersionTag.TryRead(ifMatch, out var version))
                return problems.Of(ProblemCodes.Invalid, "If-Match is a version in quotes.");
            if (document is ProgressDocument { State: not (null or ReferralState.InProgress or ReferralState.OnHold
                or ReferralState.AidedPartial) })
                return problems.Of(ProblemCodes.Invalid, "The state is IN_PROGRESS, ON_HOLD or AIDED_PARTIAL.");

            var wish = wishOf(document, new ReferralWish(id, document.Attempt, "")) with
            {
                ExpectedVersion = version ?? document.ExpectedVersion,
            };
            var answer = await answers.Answer(who.Caller, wish, cancellationToken);
            context.Response.Headers.ETag = VersionTag.Of(answer.Version);
            return Results.Ok(answer);
        });
}
