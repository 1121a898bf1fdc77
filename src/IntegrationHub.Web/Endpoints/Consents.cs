using IntegrationHub.Pipeline;

namespace IntegrationHub.Web.Endpoints;

/// <summary>Who withdraws a consent, and why; no personal data.</summary>
internal sealed record WithdrawalDocument
{
    public required string By { get; init; }
    public required string Reason { get; init; }
}

/// <summary>The consent desk for administrators: the same function that <c>hub consent withdraw</c> calls.</summary>
internal static class Consents
{
    public static void MapConsents(this IEndpointRouteBuilder ops) =>
        ops.MapPost("/consents/{consentId}/withdraw", Withdraw);

    private static async Task<IResult> Withdraw(
        string consentId, WithdrawalDocument document, ConsentDesk desk, CancellationToken cancellationToken)
    {
        var order = new WithdrawalOrder { ConsentId = consentId, By = document.By, Reason = document.Reason };
        return Results.Ok(await desk.Withdraw(order, cancellationToken));
    }
}
