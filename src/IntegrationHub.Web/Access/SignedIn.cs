using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Web.Access;

/// <summary>The caller of a request that passed the door, as a parameter of an endpoint.</summary>
internal sealed record SignedIn(Caller Caller)
{
    /// <summary>How minimal APIs bind it.</summary>
    public static ValueTask<SignedIn?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<SignedIn>());
}
