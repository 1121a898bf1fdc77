using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
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
    /// <summary>The keys of the request's members, in their order.</summary>
    public IReadOnlyList<PersonKeys> Members { get; init; } = [];

    /// <summary>What is sealed about the subject, the need and the members: for <see cref="ReleaseOffice"/> alone to open.</summary>
    public async Task<SealedFile> File(HubTransaction work, CancellationToken cancellationToken)
    {
        var members = new List<SealedSubject>();
        foreach (var member in Members)
        {
            if (await PersonBook.Sealed(work, member, null, cancellationToken) is { } known)
                members.Add(known);
        }

        return new SealedFile(
            await PersonBook.Sealed(work, Person, Question.Need.HouseholdRef, cancellationToken),
            await NeedBook.Sealed(work, Question.Need.NeedId, cancellationToken),
            Question.Need.PersonKey)
        {
            Members = members,
        };
    }

    /// <summary>
    /// Loads the questions in a few statements, however many they are, in their order. Call it after the locks: what was
    /// withdrawn while the caller waited for them is seen then.
    /// </summary>
    public static async Task<IReadOnlyList<DisclosureCase>> Load(
        HubTransaction work, IReadOnlyList<DisclosureQuestion> questions, PolicyBook policies, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var living = await PersonBook.LivingIn(
            work, HouseholdsOf(questions, policies.On(HubCalendar.DayOf(time.GetUtcNow()))), cancellationToken);
        var asked = questions.Select(question => question.Need.PersonKey)
            .Concat(living.Select(member => member.PersonKey)).Distinct().ToList();
        var persons = await PersonBook.KeysOf(work, asked, cancellationToken);
        var facts = await PersonBook.Facts(work, persons.Values, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        if (questions.Any(question => question.Step == DisclosureStep.Claim))
            await ConsentLedger.Hold(work, keys, cancellationToken);
        var consents = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        var objecting = await MatchingStore.Objecting(work, keys, cancellationToken);
        var recipients = await OrganisationDirectory.Find(
            work, [.. questions.Select(question => question.Uscc).Distinct(StringComparer.Ordinal)], cancellationToken);
        var at = time.GetUtcNow(); // after the lock: a withdrawal that came before it has taken effect by now
        var day = HubCalendar.DayOf(at);
        var policy = policies.On(day);
        var recognitions = await PersonBook.Recognitions(work, persons.Values, day, cancellationToken);
        return [.. questions.Select(question => Of(question, persons[question.Need.PersonKey]))];

        DisclosureCase Of(DisclosureQuestion question, PersonKeys person)
        {
            var ledger = consents.Of(person.Keys);
            var request = new DisclosureRequest
            {
                Step = question.Step,
                Subject = facts.GetValueOrDefault(person.PersonKey),
                Recipient = recipients.GetValueOrDefault(question.Uscc),
                Consents = ledger.Events,
                Read = ledger.Read,
                ObjectsToMatching = person.Keys.Any(objecting.Contains),
                Purpose = question.Need.Kind,
                Division = question.Need.Division,
                Items = ItemsOf(question, policy),
                Policy = policy,
                NeedObjection = policy is null ? null : EligibilityRules.Decide(
                    policy, question.Need.Kind,
                    FactsOfNeed.Of(
                        question.Need, facts.GetValueOrDefault(person.PersonKey)?.BornOn, recognitions[person.PersonKey], policy, day))
                    .Objection,
                At = at,
            };
            if (!AsksForHousehold(request.Step, request.Items))
                return new(question, person, request);
            var members = LivingWith(question, person);
            return new(question, person, request with
            {
                Relation = living.Find(one => IsThere(one, question) && Is(one, person))?.Relation,
                Members = members.ConvertAll(member => MemberOf(member.Person, member.Relation)),
            })
            {
                Members = members.ConvertAll(member => member.Person),
            };
        }

        // Who lives there under two keys is one member; the subject is none of the others.
        List<(PersonKeys Person, string? Relation)> LivingWith(DisclosureQuestion question, PersonKeys subject) =>
        [
            .. living
                .Where(one => IsThere(one, question) && !Is(one, subject))
                .Select(one => (Person: persons[one.PersonKey], one.Relation))
                .DistinctBy(member => member.Person.PersonKey)
                .OrderBy(member => member.Person.PersonKey),
        ];

        bool IsThere(Inhabitant one, DisclosureQuestion question) => one.HouseholdRef == question.Need.HouseholdRef;

        bool Is(Inhabitant one, PersonKeys person) => persons[one.PersonKey].PersonKey == person.PersonKey;

        HouseholdMember MemberOf(PersonKeys person, string? relation)
        {
            var ledger = consents.Of(person.Keys);
            var known = facts.GetValueOrDefault(person.PersonKey)
                ?? new SubjectFacts(person.PersonKey, "UNKNOWN", null); // in doubt: a number among the others
            return new(known, relation, ledger.Events) { Read = ledger.Read };
        }
    }

    private static List<string> HouseholdsOf(IReadOnlyList<DisclosureQuestion> questions, PolicyPack? policy) =>
    [
        .. questions
            .Where(question => AsksForHousehold(question.Step, ItemsOf(question, policy)))
            .Select(question => question.Need.HouseholdRef).OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    private static bool AsksForHousehold(DisclosureStep step, IReadOnlyList<string> items) =>
        step == DisclosureStep.Claim && items.Contains(DataItems.Household, StringComparer.Ordinal);

    // What is not a known item is not repeated into the records: a caller may write anything there.
    private static IReadOnlyList<string> ItemsOf(DisclosureQuestion question, PolicyPack? policy) =>
        question.Step == DisclosureStep.Offer ? []
        : [
            .. DataItems.All.Intersect(
                question.Items ?? policy?.WhitelistOf(question.Need.Kind) ?? [], StringComparer.Ordinal),
        ];
}
