using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace IntegrationHub.Web.Endpoints;

/// <summary>Where charities report the aid they gave.</summary>
internal static class AidRecords
{
    private const int LongestKey = 100;

    public static void MapAidRecords(this IEndpointRouteBuilder api) => api.MapPost("/aid-records", Report);

    private static async Task<IResult> Report(
        SignedIn who,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        AidRecordDocument document,
        AidReports reports,
        CodeLists codes,
        ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (key is not { Length: > 0 and <= LongestKey })
            return problems.Of("idempotency.missing");
        if (document.Uscc != who.Caller.Uscc)
            return problems.Of("aid.not_own");
        if (document.Faults(codes).Distinct().ToList() is { Count: > 0 } faults)
            return problems.Of(
                ProblemCodes.Invalid, $"These members do not match the contract: {string.Join(", ", faults)}.");

        return await reports.Take(who.Caller, key, document, cancellationToken) is { } code
            ? problems.Of(code)
            : Results.Json(
                new { aidId = document.AidId, status = "ACCEPTED" }, statusCode: StatusCodes.Status202Accepted);
    }
}
