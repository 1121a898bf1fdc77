using IntegrationHub.Pipeline;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>How civil affairs ends a referral (codes/end-reason.csv).</summary>
internal sealed record EndingDocument
{
    public required string Reason { get; init; }
    public required string By { get; init; }
    public int? ExpectedVersion { get; init; }
}

/// <summary>Civil affairs cancels, supersedes or strikes out a referral.</summary>
internal static class ReferralEndings
{
    public static void MapReferralEndings(this IEndpointRouteBuilder ops) =>
        ops.MapPost("/referrals/{referralId}/end", async (
            string referralId,
            EndingDocument document,
            ReferralDesk desk,
            ProblemResults problems,
            CancellationToken cancellationToken) =>
            Guid.TryParse(referralId, out var id)
                ? Results.Ok(await desk.End(
                    new ReferralEnding(id, document.Reason, document.By) { ExpectedVersion = document.ExpectedVersion },
                    cancellationToken))
                : problems.Of("referral.not_found"));
}
