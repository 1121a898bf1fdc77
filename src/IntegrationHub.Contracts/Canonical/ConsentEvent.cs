namespace IntegrationHub.Contracts.Canonical;

/// <summary>What happened to a consent. An end holds against every grant of the same or a lower sequence (scenarios 4, 5).</summary>
public enum ConsentEventType
{
    Given = 1,
    Narrowed = 2,
    Renewed = 3,
    Withdrawn = 4,
    Expired = 5,
    Invalidated = 6,
    GuardianLapsed = 7,
}

/// <summary>In which capacity the consent was given (PIPL Art. 31; P4, P5).</summary>
public enum ConsentCapacity
{
    Self = 1,
    Guardian = 2,
    Agent = 3,
}

/// <summary>
/// An event of the consent ledger. <see cref="Sequence"/> orders the events of one consent; replay and reordering
/// cannot change what they fold to. Dates are days in Asia/Shanghai, <see cref="EffectiveAt"/> is an instant.
/// </summary>
public sealed record ConsentEvent
{
    public required string ConsentId { get; init; }
    public required int Sequence { get; init; }
    public required ConsentEventType Type { get; init; }
    public required ConsentCapacity Capacity { get; init; }
    public required IReadOnlyList<string> Purposes { get; init; }
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>A class of recipients such as <c>CHARITY</c>. A class covers anonymous offers only (PIPL Art. 23, P1).</summary>
    public string? RecipientClass { get; init; }

    /// <summary>Recipients by USCC. Identity needs the recipient's name in here (P1).</summary>
    public required IReadOnlyList<string> Recipients { get; init; }
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Separate consent for sensitive personal information (PIPL Art. 29, P3).</summary>
    public required bool Sensitive { get; init; }

    /// <summary>Separate consent for provision to another handler (PIPL Art. 23).</summary>
    public required bool Provide { get; init; }
    public string? NoticeId { get; init; }
    public string? NoticeVersion { get; init; }
    public string? NoticeHash { get; init; }
    public string? EvidenceHash { get; init; }

    /// <summary>How it was given, a code of <c>consent-method.csv</c>; null where the source does not say.</summary>
    public string? Method { get; init; }

    /// <summary>
    /// Who gave or ended it where that was not the person: a keyed pseudonym, so that two guardians are two (P5).
    /// </summary>
    public Guid? GivenBy { get; init; }

    /// <summary>
    /// Hash of what shows that the giver may speak for the person. A guardian of an adult needs one (P5).
    /// </summary>
    public string? CapacityEvidence { get; init; }

    /// <summary>Code of <c>lawful-basis.csv</c>. Only consent lets identity out.</summary>
    public string LawfulBasis { get; init; } = LawfulBases.Consent;
    public required DateTimeOffset EffectiveAt { get; init; }
    public DateOnly? ValidFrom { get; init; }
    public DateOnly? ValidTo { get; init; }
}

/// <summary>The actions a consent may cover.</summary>
public static class ConsentAction
{
    public const string Offer = "OFFER";
    public const string Detail = "DETAIL";
    public const string Feedback = "FEEDBACK";

    /// <summary>Use of the person's story or picture in a published case (R52).</summary>
    public const string PublicCase = "PUBLIC_CASE";
}

/// <summary>On what the processing rests (PIPL Art. 13).</summary>
public static class LawfulBases
{
    public const string Consent = "CONSENT";
}
