namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// Why something about a person may or may not be told. Each is a row of <c>contracts/codes/problem-code.csv</c>,
/// except <see cref="Permit"/>, which is the one reason that lets through.
/// </summary>
public static class ReasonCode
{
    public const string Permit = "permit";
    public const string PolicyMissing = "policy.missing";
    public const string IdentityUnknown = "identity.unknown";
    public const string IdentityConflict = "identity.conflict";
    public const string DeathSuspected = "identity.death_suspected";
    public const string Deceased = "identity.deceased";
    public const string RecipientUnknown = "recipient.unknown";
    public const string RecipientNotCharity = "recipient.not_charity";
    public const string RecipientStatus = "recipient.status";
    public const string RecipientScope = "recipient.scope";
    public const string RecipientArea = "recipient.area";
    public const string RecipientAgreement = "recipient.agreement";

    /// <summary>As many cases open as it says it can have.</summary>
    public const string RecipientCapacity = "recipient.capacity";

    /// <summary>Its level is asked only when the levels before it have nobody left (R36).</summary>
    public const string RecipientLevel = "recipient.level";

    /// <summary>It was offered this need before and did not take it.</summary>
    public const string RecipientTried = "recipient.already_tried";

    /// <summary>Another of its level comes first for this need.</summary>
    public const string RecipientTurn = "recipient.turn";
    public const string ConsentNone = "consent.none";
    public const string ConsentWithdrawn = "consent.withdrawn";
    public const string ConsentInvalidated = "consent.invalidated";
    public const string ConsentExpired = "consent.expired";
    public const string ConsentNotYetValid = "consent.not_yet_valid";
    public const string ConsentPurpose = "consent.purpose";
    public const string ConsentNeedNamed = "consent.need_named";
    public const string ConsentAction = "consent.action";
    public const string ConsentProvide = "consent.provide";
    public const string ConsentGuardian = "consent.guardian";
    public const string ItemsEmpty = "items.empty";
    public const string NeedDouble = "need.double";
    public const string MatchingObjected = "matching.objected";

    /// <summary>True for a refusal that the person's consent would lift.</summary>
    public static bool IsAboutConsent(string reason) => reason.StartsWith("consent.", StringComparison.Ordinal);

    /// <summary>True for a refusal that lies in the organisation.</summary>
    public static bool IsAboutRecipient(string reason) => reason.StartsWith("recipient.", StringComparison.Ordinal);
}
