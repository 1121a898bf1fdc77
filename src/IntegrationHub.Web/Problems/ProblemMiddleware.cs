using System.Text.Json;
using System.Text.RegularExpressions;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Web.Problems;

/// <summary>
/// Turns what was thrown behind it into a problem document. The text of an exception stays in the house.
/// </summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next, ProblemResults problems, ILogger<ProblemMiddleware> logger)
{
    private const string SecondsToWait = "5";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            await Answer(context, failure);
        }
    }

    private Task Answer(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case HubProblemException problem:
                return problems.Write(context, problem.Code, $"{problem.Message} {problem.Next}", version: problem.Version);
            case BadHttpRequestException bad:
                return problems.Write(context, ProblemCodes.Invalid, Place(bad), StatusOf(bad));
            case PostgresException
            {
                SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName,
            }:
                return problems.Write(context, "database.not_migrated");
            case DatabaseUnreachableException:
            case NpgsqlException { IsTransient: true } or NpgsqlException { SqlState: null }:
                LogDatabaseAway(failure.GetType().Name);
                context.Response.Headers.RetryAfter = SecondsToWait;
                return problems.Write(context, "database.unreachable");
            default:
                LogUnexpected(
                    context.GetEndpoint()?.DisplayName, failure.GetBaseException().GetType().FullName,
                    failure.StackTrace);
                return problems.Write(context, ProblemCodes.Internal);
        }
    }

    // What cannot be read is 422 by contract; too large or of another type keeps its own status.
    private static int? StatusOf(BadHttpRequestException bad) =>
        bad.StatusCode == StatusCodes.Status400BadRequest ? null : bad.StatusCode;

    // The place in the body, where it is a plain one: a path may carry names the caller made up.
    private static string? Place(BadHttpRequestException bad) =>
        bad.InnerException is JsonException { Path: { } path } && PlainPath().IsMatch(path)
            ? $"The body does not match the contract at {path}."
            : null;

    [GeneratedRegex(@"^\$(\.[A-Za-z]{1,30}|\[[0-9]{1,4}\])*$", RegexOptions.ExplicitCapture)]
    private static partial Regex PlainPath();

    [LoggerMessage(LogLevel.Warning, "The database does not answer: {Failure}.")]
    private partial void LogDatabaseAway(string failure);

    // Type and frames only: the text of an exception may quote what it could not read.
    [LoggerMessage(LogLevel.Error, "A request to {Endpoint} failed unexpectedly: {Failure}. {Stack}")]
    private partial void LogUnexpected(string? endpoint, string? failure, string? stack);
}
