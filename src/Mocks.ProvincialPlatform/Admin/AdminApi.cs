using System.Globalization;
using Mocks.ProvincialPlatform.Api;

namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Turns the wheels of the province, for tests and the demo; loopback only.</summary>
internal sealed class AdminApi(
    Province province, DayBook days, Faults faults, CharityAidBook aid, PushTally tally)
{
    public async Task<IResult> PassDay(DayRequest request, IHostApplicationLifetime lifetime)
    {
        if (!DateOnly.TryParseExact(
                request.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return Refuse(StatusCodes.Status400BadRequest, "date must be yyyy-MM-dd");

        // A caller who goes away must not leave half a day behind.
        return await days.Write(date, lifetime.ApplicationStopping) is { } outcome
            ? Results.Json(outcome)
            : Refuse(StatusCodes.Status409Conflict, "date must be later than the day last written");
    }

    public async Task<IResult> Withdraw(ConsentRequest request, CancellationToken cancellation)
    {
        if (request.Event != ConsentEvent.Withdrawn)
            return Refuse(StatusCodes.Status400BadRequest, "event must be " + ConsentEvent.Withdrawn);
        await province.Gate.WaitAsync(cancellation);
        try
        {
            if (province.FindNeed(request.NeedNo ?? "") is not { } found)
                return Refuse(StatusCodes.Status404NotFound, "no such need");
            var withdrawn = province.Withdraw(found.County, found.Need.Person);
            return Results.Json(new { request.NeedNo, withdrawn = withdrawn.Count, consents = withdrawn });
        }
        finally
        {
            province.Gate.Release();
        }
    }

    /// <summary>Plants a fault in the platform's own book, of which nobody is told.</summary>
    public IResult Tamper(string aidId, TamperRequest request) => aid.Tamper(aidId, request.Amount, request.Lose)
        ? Results.Json(request)
        : Refuse(StatusCodes.Status404NotFound, "no such aid");

    public async Task<IResult> State(CancellationToken cancellation)
    {
        await province.Gate.WaitAsync(cancellation);
        try
        {
            var counties = province.Counties;
            return Results.Json(new
            {
                date = province.Today?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                sequence = province.Sequence,
                persons = counties.Sum(county => county.People.Count(p => county.IsReported(p.Household))),
                households = counties.Sum(county => county.Households.Count(h => h.State != HouseholdState.Gone)),
                openNeeds = counties.Sum(county => county.Needs.Count(need => need.IsOpen)),
                activeConsents = counties.Sum(county => county.Consents.All.Count(consent => consent.IsActive)),
                charityAid = aid.All().Length,
                pushes = tally.Snapshot(),
            });
        }
        finally
        {
            province.Gate.Release();
        }
    }

    public IResult ReadFaults() => Results.Json(faults.Settings);

    public IResult SetFaults(FaultSettings settings)
    {
        faults.Settings = settings;
        return Results.Json(settings);
    }

    private static IResult Refuse(int status, string reason) =>
        Results.Json(new { error = reason }, statusCode: status);
}
