using System.Net.Mime;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Pipeline;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>
/// What an organisation asks to be told about the person; without items, all that belongs to the need.
/// </summary>
internal sealed record ClaimDocument
{
    public required int Attempt { get; init; }
    public IReadOnlyList<string>? Items { get; init; }
}

/// <summary>
/// The one place where identity leaves the hub. The bytes are sent as they were recorded, and then forgotten.
/// </summary>
internal static class Claims
{
    private const string NotNow = "claim.not_now";

    public static void MapClaims(this IEndpointRouteBuilder api) => api.MapPost("/referrals/{referralId}/claim", Claim);

    private static async Task<IResult> Claim(
        SignedIn who,
        string referralId,
        ClaimDocument document,
        HttpContext context,
        ClaimRelease release,
        CodeLists codes,
        ProblemResults problems,
        CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!Guid.TryParse(referralId, out var id))
            return problems.Of("referral.not_found");
        if (document.Attempt < 1)
            return problems.Of(ProblemCodes.Invalid, "The attempt is 1 or more.");
        if (document.Items?.All(codes.DataItems.Contains) == false)
            return problems.Of(ProblemCodes.Invalid, "An item is not one of codes/data-items.csv.");

        ClaimAnswer answer;
        try
        {
            answer = await release.Fetch(who.Caller, id, document.Attempt, document.Items, cancellationToken);
        }
        catch (HubProblemException refusal) when (TellsOfThePerson(refusal.Code))
        {
            return problems.Of(NotNow);
        }

        context.Response.Headers.ETag = VersionTag.Of(answer.Version);
        context.Response.Headers["Claim-Id"] = $"{answer.ClaimId}";
        context.Response.Headers["Claim-Expires"] = answer.ExpiresAt.UtcDateTime.ToString("O");
        context.Response.OnCompleted(() =>
        {
            Array.Clear(answer.Body);
            return Task.CompletedTask;
        });
        return Results.Bytes(answer.Body, MediaTypeNames.Application.Json);
    }

    // Dead, in dispute, unknown or under fourteen: that is about the person and not for who may not know the person (P21).
    private static bool TellsOfThePerson(string code) =>
        code.StartsWith("identity.", StringComparison.Ordinal) || code == ReasonCode.ConsentGuardian;
}
