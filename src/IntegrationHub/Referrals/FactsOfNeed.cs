using IntegrationHub.Policy;

namespace IntegrationHub.Referrals;

/// <summary>Puts what is known of a need and its person under the names the rules use.</summary>
public static class FactsOfNeed
{
    private const int Room = 32; // for every fact below: growing costs more than filling

    /// <param name="need">The need.</param>
    /// <param name="bornOn">The person's birth date, as their records state it.</param>
    /// <param name="recognitions">The categories the person and their household are recognised in.</param>
    /// <param name="pack">Names the category that holds only within a window (R08).</param>
    /// <param name="day">The day of the decision.</param>
    public static NeedFacts Of(
        KnownNeed need, DateOnly? bornOn, IEnumerable<Recognition> recognitions, PolicyPack pack, DateOnly day)
    {
        var told = need.Circumstances;
        var known = recognitions.ToList();
        var temporary = known.Where(recognition => recognition.Category == pack.TempAid.Category).ToList();
        return new NeedFacts(day, new Dictionary<string, FactValue?>(Room)
        {
            [Fact.Category] = FactValue.Of([.. known.Except(temporary).Select(recognition => recognition.Category).Distinct()]),
            [Fact.TemporaryAidOn] = FactValue.Of(temporary.Max(recognition => (DateOnly?)recognition.RecognisedOn)),
            [Fact.SupportMode] = FactValue.Of([.. known.Select(recognition => recognition.SupportMode).OfType<string>().Distinct()]),
            [Fact.Age] = FactValue.Of((decimal?)AgeOn(bornOn, day)),
            [Fact.LabourAbility] = FactValue.Of(told.LabourAbility),
            [Fact.EducationStage] = FactValue.Of(told.EducationStage),
            [Fact.Hardship] = FactValue.Of(need.Hardship),
            [Fact.Ground] = FactValue.Of(need.Ground),
            [Fact.Reason] = told.HasReason ? FactValue.Of(Fact.Yes) : null,
            [Fact.GovAidStatus] = FactValue.Of(need.GovAidStatus),
            [Fact.Channel] = FactValue.Of(need.Channel),
            [Fact.SubjectStatus] = FactValue.Of(told.SubjectStatus),
            [Fact.Amount] = FactValue.Of(need.Amount),
            [Fact.CostTotal] = FactValue.Of(told.CostTotal),
            [Fact.BasicInsurance] = FactValue.Of(told.BasicInsurance),
            [Fact.CriticalInsurance] = FactValue.Of(told.CriticalInsurance),
            [Fact.MedicalAssistance] = FactValue.Of(told.MedicalAssistance),
            [Fact.Residual] = FactValue.Of(told.Residual()),
            [Fact.Cause] = FactValue.Of(told.Cause),
            [Fact.OtherSchemes] = FactValue.Of(told.OtherSchemes),
            [Fact.Beneficiary] = FactValue.Of(told.Beneficiary),
            [Fact.Confirmed] = FactValue.Of(told.Confirmed),
            [Fact.Evidence] = FactValue.Of(told.Evidence),
            [Fact.Verification] = FactValue.Of(need.VerificationRef),
            [Fact.OpenedOn] = FactValue.Of(need.OpenedOn),
        });
    }

    // Whoever is born on 29 February grows older on 1 March: the day before, nobody could say so.
    private static int? AgeOn(DateOnly? bornOn, DateOnly day)
    {
        if (bornOn is not { } born || born > day)
            return null;
        var before = (day.Month, day.Day).CompareTo((born.Month, born.Day)) < 0;
        return day.Year - born.Year - (before ? 1 : 0);
    }
}
