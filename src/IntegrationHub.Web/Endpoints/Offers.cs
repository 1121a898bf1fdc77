using IntegrationHub.Pipeline;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>The feed behind the webhook: what is with the calling organisation.</summary>
internal static class Offers
{
    private const int Usual = 100;
    private const int Most = 500;
    private const int LongestCursor = 200;

    public static void MapOffers(this IEndpointRouteBuilder api) => api.MapGet("/offers", List);

    private static async Task<IResult> List(
        SignedIn who,
        string? after,
        int? limit,
        ReferralAnswers answers,
        ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        if (after?.Length > LongestCursor)
            return problems.Of("cursor.invalid");
        return Results.Ok(await answers.Offers(who.Caller, after, limit ?? Usual, cancellationToken));
    }
}
