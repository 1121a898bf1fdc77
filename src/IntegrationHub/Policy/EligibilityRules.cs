namespace IntegrationHub.Policy;

/// <summary>
/// Whether a need may be referred, by the rules of one pack and the facts of one moment. Pure and total; asked before
/// anyone is ranked and again at every release.
/// </summary>
public static class EligibilityRules
{
    private const string FieldMissing = "need.field_missing";

    /// <summary>What a missing field is called where it has a name of its own.</summary>
    private static readonly Dictionary<string, string> s_missing = new()
    {
        [Fact.GovAidStatus] = "need.gov_aid_status",
        [Fact.Ground] = "need.ground",
        [Fact.Reason] = "need.reason",
    };

    public static Eligibility Decide(PolicyPack pack, string kind, NeedFacts facts)
    {
        if (pack.KindOf(kind) is not { Eligible: { } rule } known)
            return new Eligibility.NotEligible("policy.missing", $"needKinds[{kind}]");
        var path = $"needKinds[{kind}]";
        if (known.RequiredFields.FirstOrDefault(field => facts[field] is null) is { } missing)
            return new Eligibility.NotEligible(s_missing.GetValueOrDefault(missing, FieldMissing), $"{path}.requiredFields.{missing}");

        var answer = pack.Referral.Eligible.Ask(facts, pack, "referral.eligible");
        if (answer is not Answer.No && rule.Ask(facts, pack, $"{path}.eligible") is var own && own != Answer.Yes)
            answer = own;
        return answer switch
        {
            Answer.No no => new Eligibility.NotEligible(no.Reason, no.Path),
            Answer.Wait wait => new Eligibility.Waiting(wait.Reason, wait.Path),
            _ => new Eligibility.Eligible(
            [
                .. known.Advice.Select((advice, i) => advice.Ask(facts, pack, $"{path}.advice[{i}]")).OfType<Answer.No>()
                    .Select(no => no.Reason),
            ]),
        };
    }
}
