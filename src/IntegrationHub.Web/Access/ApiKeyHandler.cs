using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using IntegrationHub.Subscriptions;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Web.Access;

/// <summary>Finds the organisation behind a bearer key, before a byte of the body is read.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    SubscriptionService subscriptions,
    ProblemResults problems) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (await subscriptions.FindCaller(header.Parameter, Context.RequestAborted) is not { } caller)
            return AuthenticateResult.Fail("The key is not known.");

        Context.Features.Set(new SignedIn(caller));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.Uscc)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return problems.Write(Context, "auth.missing");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        problems.Write(Context, "auth.forbidden");
}
