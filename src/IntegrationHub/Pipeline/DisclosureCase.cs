using IntegrationHub.Consent;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>May this organisation be told about this need, and which items of the person?</summary>
/// <param name="Step">How far the telling goes.</param>
/// <param name="Need">The need it is about.</param>
/// <param name="Uscc">Who would be told.</param>
/// <param name="Items">The items asked for; null for all that the kind's whitelist has.</param>
internal sealed record DisclosureQuestion(
    DisclosureStep Step, KnownNeed Need, string Uscc, IReadOnlyList<string>? Items = null);

/// <summary>
/// A question of disclosure with everything its decision rests on. Claim, file build, delivery and re-drive all load
/// their questions here, so that none of them can forget a fact the others ask for.
/// </summary>
internal sealed record DisclosureCase(DisclosureQuestion Question, PersonKeys Person, DisclosureRequest Request)
{
    /// <summary>
    /// Loads the questions in a few statements, however many they are, in their order. Call it after the locks: what was
    /// withdrawn while the caller waited for them is seen then.
    /// </summary>
    public static async Task<IReadOnlyList<DisclosureCase>> Load(
        HubTransaction work, IReadOnlyList<DisclosureQuestion> questions, PolicyBook policies, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var asked = questions.Select(question => question.Need.PersonKey).Distinct().ToList();
        var persons = await PersonBook.KeysOf(work, asked, cancellationToken);
        var facts = await PersonBook.Facts(work, persons.Values, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var consents = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        var recipients = await OrganisationDirectory.Find(
            work, [.. questions.Select(question => question.Uscc).Distinct(StringComparer.Ordinal)], cancellationToken);
        var at = time.GetUtcNow();
        var policy = policies.On(HubCalendar.DayOf(at));
        return [.. questions.Select(question => Of(question, persons[question.Need.PersonKey]))];

        DisclosureCase Of(DisclosureQuestion question, PersonKeys person) => new(question, person, new DisclosureRequest
        {
            Step = question.Step,
            Subject = facts.GetValueOrDefault(person.PersonKey),
            Recipient = recipients.GetValueOrDefault(question.Uscc),
            Consents = [.. person.Keys.SelectMany(key => consents.GetValueOrDefault(key) ?? [])],
            Purpose = question.Need.Kind,
            Division = question.Need.Division,
            Items = ItemsOf(question, policy),
            Policy = policy,
            At = at,
        });
    }

    // What is not a known item is not repeated into the records: a caller may write anything there.
    private static IReadOnlyList<string> ItemsOf(DisclosureQuestion question, PolicyPack? policy) =>
        question.Step == DisclosureStep.Offer ? []
        : [
            .. DataItems.All.Intersect(
                question.Items ?? policy?.WhitelistOf(question.Need.Kind) ?? [], StringComparer.Ordinal),
        ];
}
