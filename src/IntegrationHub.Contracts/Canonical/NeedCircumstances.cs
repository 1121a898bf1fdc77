namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// What a source says about a need beyond what every need has: the facts that decide who it is for (R40 to R43, R35).
/// Codes, amounts and answers, no words about the person. What a source does not send is absent.
/// </summary>
public sealed record NeedCircumstances
{
    /// <summary>在册, 监测 or other (R14).</summary>
    public string? SubjectStatus { get; init; }

    /// <summary>True if the ground was explained in words; the words themselves are sealed.</summary>
    public bool HasReason { get; init; }
    public string? EducationStage { get; init; }
    public string? LabourAbility { get; init; }
    public decimal? CostTotal { get; init; }

    /// <summary>基本医保; 0 is a settlement, nothing is none yet (R42).</summary>
    public decimal? BasicInsurance { get; init; }

    /// <summary>大病保险.</summary>
    public decimal? CriticalInsurance { get; init; }

    /// <summary>医疗救助.</summary>
    public decimal? MedicalAssistance { get; init; }
    public string? Cause { get; init; }

    /// <summary>Whether the household is to be aided or the person (R35).</summary>
    public string? Beneficiary { get; init; }

    /// <summary>Whether another scheme covers it.</summary>
    public bool? OtherSchemes { get; init; }

    /// <summary>Whether a person has screened it and said yes (R43).</summary>
    public bool? Confirmed { get; init; }

    /// <summary>References of evidence, never the evidence.</summary>
    public string? Evidence { get; init; }

    /// <summary>What is left after the three insurances; null until all are settled.</summary>
    public decimal? Residual() => CostTotal - BasicInsurance - CriticalInsurance - MedicalAssistance;
}
