using IntegrationHub.Aid;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Puts lines of both books and the needs they answer into the words of the judgement, pure.</summary>
internal static class AidEntries
{
    private const int CountyDigits = 6;

    public static AidEntry Of(GovLine line, Guid person, PolicyPack pack) => new()
    {
        Side = AidSide.Government,
        Id = line.SourceKey.ToString(),
        Version = line.Version,
        Person = person,
        Household = line.HouseholdRef,
        Kinds = pack.Aid.GovKinds.GetValueOrDefault(line.Category, []),
        Form = "CASH",
        Funding = AidFunding.GovBudget,
        Amount = line.Amount,
        When = line.PaidOn is { } day ? AidDays.On(day) : AidDays.InMonth(line.Period),
        Status = line.Status,
        PaymentRef = line.BatchRef,
        Category = line.Category,
    };

    /// <summary>Charity aid with the person, household and stage of the need its referral is about; a reversal has those of its original.</summary>
    public static IEnumerable<AidEntry> Of(
        IReadOnlyCollection<CharityAid> aids, IEnumerable<AidedNeed> needs, Func<Guid, Guid> personOf)
    {
        var byReferral = needs.Where(need => need.ReferralId is not null).ToDictionary(need => need.ReferralId!.Value); // filtered
        var referralOf = aids.ToDictionary(aid => aid.AidId, aid => aid.ReferralId);
        foreach (var aid in aids)
        {
            var referral = aid.ReferralId ?? (aid.ReversesId is { } original ? referralOf.GetValueOrDefault(original) : null);
            var need = referral is { } id ? byReferral.GetValueOrDefault(id) : null;
            yield return new AidEntry
            {
                Side = AidSide.Charity,
                Id = aid.AidId,
                Version = aid.Version,
                Person = need is null ? null : personOf(need.PersonKey),
                Household = need?.HouseholdRef,
                Kinds = [aid.Kind],
                Form = aid.Form,
                Funding = aid.Funding,
                Amount = aid.Amount,
                Quantity = aid.Quantity,
                Unit = aid.Unit,
                When = AidDays.On(aid.Date),
                Status = aid.Status,
                ReversesId = aid.ReversesId,
                PaymentRef = aid.PaymentRef,
                FundId = aid.FundId,
                Uscc = aid.Uscc,
                ReferralId = referral,
                NeedId = need?.NeedId,
                Stage = need?.Circumstances.EducationStage,
                County = need is null ? null : need.Division[..Math.Min(CountyDigits, need.Division.Length)],
                IsComplement = aid.IsComplement,
            };
        }
    }

    /// <summary>What a need costs its person: what the insurances left, once all three are settled (R42), or the amount asked for.</summary>
    public static NeedCost CostOf(AidedNeed need, Guid person) => new(
        need.NeedId, person, need.Kind,
        need.Circumstances.CostTotal is null ? need.Amount : need.Circumstances.Residual(), need.OpenedOn);
}
