namespace IntegrationHub.Web.Problems;

/// <summary>Problem documents (RFC 9457). None of them ever says anything about a person.</summary>
internal sealed class ProblemResults(ProblemCodes codes)
{
    /// <summary>A refusal by code. Without words of its own it says what can be done next.</summary>
    public IResult Of(string code, string? detail = null, int? status = null, int? version = null)
    {
        var kind = codes.Of(code);
        return Results.Problem(
            detail: detail ?? $"{kind.Next}.",
            statusCode: status ?? kind.Status,
            title: kind.Title,
            type: "about:blank",
            extensions: version is null
                ? new Dictionary<string, object?> { ["code"] = kind.Code }
                : new Dictionary<string, object?> { ["code"] = kind.Code, ["version"] = version });
    }

    public Task Write(
        HttpContext context, string code, string? detail = null, int? status = null, int? version = null) =>
        Of(code, detail, status, version).ExecuteAsync(context);
}
