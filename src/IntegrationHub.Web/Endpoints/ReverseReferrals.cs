using IntegrationHub.Database;
using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace IntegrationHub.Web.Endpoints;

/// <summary>Whom an organisation found.</summary>
internal sealed record FoundDocument
{
    public required string Name { get; init; }
    public required string IdNo { get; init; }
    public string? Phone { get; init; }
    public string? Note { get; init; }
}

/// <summary>A report of someone in hardship (R25, R26).</summary>
internal sealed record ReverseDocument
{
    public required string Kind { get; init; }
    public required string DiscoveryChannel { get; init; }
    public required string Basis { get; init; }
    public required string BasisEvidence { get; init; }
    public required string KindOfNeed { get; init; }
    public required string Division { get; init; }
    public required FoundDocument Person { get; init; }
}

/// <summary>The answer of civil affairs (R27).</summary>
internal sealed record ReverseAnswerDocument
{
    public required string Answer { get; init; }
    public string? Reason { get; init; }
    public required string By { get; init; }
}

/// <summary>What organisations tell civil affairs of people they found, and what civil affairs answers.</summary>
internal static class ReverseReferrals
{
    private const int LongestKey = 100;
    private const int LongestText = 500;
    private const int Most = 500;

    public static void MapReverseReferrals(this IEndpointRouteBuilder api)
    {
        api.MapPost("/reverse-referrals", Raise);
        api.MapGet("/reverse-referrals", Own);
    }

    public static void MapReverseDesk(this IEndpointRouteBuilder ops)
    {
        ops.MapGet("/reverse-referrals", Addressed);
        ops.MapPost("/reverse-referrals/{reverseId}/answer", Answer);
    }

    private static async Task<IResult> Raise(
        SignedIn who,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        ReverseDocument document,
        ReverseDesk desk,
        CodeLists codes,
        ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (key is not { Length: > 0 and <= LongestKey })
            return problems.Of("idempotency.missing");
        if (!codes.NeedKinds.Contains(document.KindOfNeed))
            return problems.Of(ProblemCodes.Invalid, "The kind of need is not one of codes/need-kind.csv.");
        var person = document.Person;
        if (person.Phone?.Length > LongestKey || person.Note?.Length > LongestText)
            return problems.Of(ProblemCodes.Invalid, "A phone has up to 100 characters and a note up to 500.");
        var report = new ReverseReport
        {
            Key = key,
            Kind = document.Kind,
            Channel = document.DiscoveryChannel,
            Basis = document.Basis,
            BasisEvidence = document.BasisEvidence,
            NeedKind = document.KindOfNeed,
            Division = document.Division,
        };
        var found = new FoundPerson(person.Name, person.IdNo, person.Phone, person.Note);
        var id = await desk.Raise(who.Caller, report, found, cancellationToken);
        return Results.Json(new { reverseReferralId = id, status = "RAISED" }, statusCode: StatusCodes.Status202Accepted);
    }

    // The finder reads its own reports and the answer's code; the reason is between civil affairs and the person.
    private static async Task<IResult> Own(SignedIn who, HubDatabase database, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var reports = await ReverseBook.List(work, null, who.Caller.Uscc, false, Most, cancellationToken);
        return Results.Ok(new
        {
            items = reports.Select(report => new
            {
                reverseReferralId = report.ReverseId,
                report.Kind,
                raisedAt = report.RaisedAt,
                report.Answer,
                report.AnsweredAt,
            }),
        });
    }

    private static async Task<IResult> Addressed(
        string? division, bool? open, HubDatabase database, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return Results.Ok(new
        {
            items = await ReverseBook.List(work, division, null, open ?? true, Most, cancellationToken),
        });
    }

    private static async Task<IResult> Answer(
        string reverseId, ReverseAnswerDocument document, ReverseDesk desk, ProblemResults problems,
        CancellationToken cancellationToken) =>
        Guid.TryParse(reverseId, out var id)
            ? Results.Ok(await desk.Answer(
                new ReverseAnswering(id, document.Answer, document.Reason, document.By), cancellationToken))
            : problems.Of("reverse.not_found");
}
