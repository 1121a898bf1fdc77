using IntegrationHub.Database;
using IntegrationHub.Intake;

namespace IntegrationHub.Web.Endpoints;

/// <summary>Whether the process runs, and whether it can serve.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Ok(new { status = "UP" }));
        app.MapGet("/health/ready", Ready);
    }

    // Asks a table, so that a database that answers but was never migrated is not called ready.
    private static async Task<IResult> Ready(HubDatabase database, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await RunStore.Recent(work, 1, cancellationToken);
        return Results.Ok(new { status = "UP" });
    }
}
