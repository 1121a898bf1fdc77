using System.Globalization;

namespace Mocks.CharityFederation;

/// <summary>The mock's steering wheel, for tests and the demo.</summary>
internal static class Admin
{
    public static void MapAdmin(this RouteGroupBuilder admin)
    {
        admin.MapPut("/hub", (HubSettings settings, HubLink link) =>
            link.Connect(settings) is { } unusable
                ? Problems.Of(400, "admin.hub", $"Missing or unusable: {unusable}.")
                : Results.Ok(new { organisations = link.Organisations.Count() }));
        admin.MapPut("/date", (DateSetting setting, Calendar calendar, Reactions reactions) =>
            SetDate(setting, calendar, reactions));
        admin.MapPut("/mode", (ModeSetting setting, Reactions reactions) => SetMode(setting, reactions));
        admin.MapPut("/organisations/{uscc}", (string uscc, StatusSetting setting, Directory directory) =>
            SetStatus(uscc, setting, directory));
        admin.MapGet("/faults", (Faults faults) => Results.Json(faults.Plan, Json.Options));
        admin.MapPut("/faults", (FaultPlan plan, Faults faults) => Results.Json(faults.Plan = plan, Json.Options));
        admin.MapPost("/aid-records/{aidId}/tamper", (string aidId, TamperSetting setting, AidBook book) =>
            book.Tamper(aidId, known => setting.Lose ? null : known with
            {
                Amount = setting.Amount ?? known.Amount,
                Status = setting.Status ?? known.Status,
                Version = setting.Version ?? known.Version,
            })
                ? Results.Ok(setting)
                : Problems.Of(404, "admin.aid", "The book has no such record."));
        admin.MapPost("/aid-records", (AidRecord record, AidBook book) => Results.Json(book.Enter(record), Json.Options));
        admin.MapGet("/state", (StateReport state) => Results.Json(state.Now(), Json.Options));
        admin.MapGet("/received", (Inbox inbox) =>
            Results.Text(string.Concat(inbox.Bodies.Select(body => body + "\n")), "application/x-ndjson"));
        admin.MapPost("/catch-up", async (CatchUp catchUp, CancellationToken cancellationToken) =>
            Results.Json(await catchUp.Run(cancellationToken), Json.Options));
    }

    private static IResult SetDate(DateSetting setting, Calendar calendar, Reactions reactions)
    {
        if (!DateOnly.TryParseExact(
                setting.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return Problems.Of(400, "admin.date", "The date must be yyyy-MM-dd.");
        calendar.Date = date;
        reactions.AskAgain(date);
        return Results.Ok(new { date });
    }

    private static IResult SetMode(ModeSetting setting, Reactions reactions)
    {
        if (setting.Claim is not ("auto" or "hold"))
            return Problems.Of(400, "admin.mode", "claim must be auto or hold.");
        reactions.HoldClaims(setting.Claim == "hold");
        reactions.Reclaims = setting.Reclaim;
        return Results.Ok(setting);
    }

    private static IResult SetStatus(string uscc, StatusSetting setting, Directory directory)
    {
        if (setting.Status is not { } status || !Organisation.Statuses.Contains(status))
            return Problems.Of(400, "admin.status", "The status is unknown.");
        return directory.Change(uscc, status) is { } changed
            ? Results.Json(changed, Json.Options)
            : Problems.Of(404, "admin.uscc", "The organisation is unknown.");
    }

    private sealed record DateSetting(string? Date);

    private sealed record ModeSetting(string? Claim, bool Reclaim = false);

    /// <summary>What becomes of a record without anyone being told.</summary>
    private sealed record TamperSetting(bool Lose = false, decimal? Amount = null, string? Status = null, int? Version = null);

    private sealed record StatusSetting(string? Status);
}
