using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>Whether what a consent says is about a request. Empty lists are about nothing.</summary>
internal static class ConsentScopes
{
    private const string CharityClass = "CHARITY";

    /// <summary>True if purpose, recipient and action of the request are in the consent, whether it stands or not.</summary>
    public static bool Concerns(ConsentState consent, DisclosureRequest request) =>
        IsFor(consent.Purposes, request)
        && Reaches(consent.Recipients, consent.RecipientClass, request)
        && Allows(consent.Actions, request);

    /// <summary>
    /// The same of what an ending event said. It says at least a purpose; recipients and actions it left out are all.
    /// </summary>
    public static bool Concerns(ConsentScope said, DisclosureRequest request) =>
        IsFor(said.Purposes, request)
        && ((said.Recipients.Count == 0 && said.RecipientClass is null)
            || Reaches(said.Recipients, said.RecipientClass, request))
        && (said.Actions.Count == 0 || Allows(said.Actions, request));

    /// <summary>Step 5: equal or narrower, by the tree of the policy (P2).</summary>
    public static bool IsFor(IReadOnlyList<string> purposes, DisclosureRequest request) =>
        request.Policy is { } policy && purposes.Any(purpose => policy.Covers(purpose, request.Purpose));

    /// <summary>Step 6: a class may be told that there is a need; identity needs the recipient's name (P1).</summary>
    public static bool Reaches(IReadOnlyList<string> recipients, string? recipientClass, DisclosureRequest request) =>
        recipients.Contains(request.Recipient?.Uscc ?? "", StringComparer.Ordinal)
        || (request.Step == DisclosureStep.Offer && recipientClass == CharityClass);

    /// <summary>An offer and a release of identity are agreed to one by one.</summary>
    public static bool Allows(IReadOnlyList<string> actions, DisclosureRequest request) => actions.Contains(
        request.Step == DisclosureStep.Offer ? ConsentAction.Offer : ConsentAction.Detail, StringComparer.Ordinal);
}
