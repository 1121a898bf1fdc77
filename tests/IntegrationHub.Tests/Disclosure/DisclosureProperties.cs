using CsCheck;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

public sealed class DisclosureProperties
{
    private static readonly Gen<IReadOnlyList<string>> SomeItems =
        Gen.OneOfConst([.. Ledger.AllItems, "shoe_size", ""]).List[0, 8].Select(IReadOnlyList<string> (items) => items);

    private static readonly Gen<ConsentEvent> AnyConsent =
        from type in Gen.Frequency((4, Gen.Const(ConsentEventType.Given)), (1, Gen.Enum<ConsentEventType>()))
        from id in Gen.OneOfConst("TY-1", "TY-2", "TY-3")
        from sequence in Gen.Int[1, 3]
        from items in SomeItems
        from named in Gen.Bool
        from flags in Gen.Int[0, 3]
        from capacity in Gen.Enum<ConsentCapacity>()
        from purpose in Gen.OneOfConst("ZY", "ZY", "ZX", "")
        select Ledger.Given(sequence, id) with
        {
            Type = type,
            Items = items,
            Recipients = named ? [Ledger.CountyCharity] : [],
            RecipientClass = named ? null : "CHARITY",
            Sensitive = (flags & 1) == 0,
            Provide = (flags & 2) == 0,
            Capacity = capacity,
            Purposes = [purpose],
        };

    private static readonly Gen<DisclosureRequest> AnyRequest =
        from step in Gen.Enum<DisclosureStep>()
        from consents in AnyConsent.Array[0, 5]
        from items in SomeItems
        from born in Gen.Int[2005, 2020]
        from hasSubject in Gen.Frequency((9, Gen.Const(true)), (1, Gen.Const(false)))
        select Requests.Claim() with
        {
            Step = step,
            Consents = consents,
            Items = items,
            Subject = hasSubject ? Requests.Adult with { BornOn = new DateOnly(born, 2, 28) } : null,
        };

    [Fact]
    public void Asking_for_less_never_gives_more() =>
        (from request in AnyRequest from kept in Gen.Int[0, 8] select (request, kept))
        .Sample(one =>
        {
            var all = DisclosureRules.Decide(one.request);
            var fewer = DisclosureRules.Decide(one.request with { Items = [.. one.request.Items.Take(one.kept)] });

            Assert.Empty(fewer.Effective.Except(one.request.Items.Take(one.kept)));
            Assert.True(fewer.Effective.Count <= all.Effective.Count);
            Assert.True(!fewer.Permitted || all.Permitted);
        });

    [Fact]
    public void A_consent_about_something_else_changes_nothing() =>
        (from request in AnyRequest from sensitive in Gen.Bool select (request, sensitive))
        .Sample(one =>
        {
            var unrelated = Ledger.Given(1, "TY-9") with
            {
                Purposes = ["ZN"],
                Recipients = [Ledger.MedicalFoundation],
                Sensitive = one.sensitive,
            };
            var before = DisclosureRules.Decide(one.request);

            var after = DisclosureRules.Decide(one.request with { Consents = [.. one.request.Consents, unrelated] });

            Assert.Equal(before.Permitted, after.Permitted);
            Assert.Equal(before.Effective, after.Effective);
        });

    [Fact]
    public void What_is_permitted_rests_on_one_active_consent_that_holds_every_item() =>
        AnyRequest.Sample(request =>
        {
            var decision = DisclosureRules.Decide(request);
            if (!decision.Permitted)
                return;

            var states = ConsentFold.Fold(request.Consents, request.At);
            var consent = states.Single(state => state.ConsentId == decision.ConsentId);
            Assert.Equal(ConsentStanding.Active, consent.Standing);
            Assert.Empty(decision.Effective.Except(consent.Items));
            Assert.Equal(request.Step == DisclosureStep.Claim, decision.Effective.Count > 0);
        });

    [Fact]
    public void The_decision_does_not_depend_on_the_order_of_the_ledger() =>
        (from request in AnyRequest from shuffled in Gen.Shuffle(request.Consents.ToArray()) select (request, shuffled))
        .Sample(one => Assert.Equivalent(
            DisclosureRules.Decide(one.request),
            DisclosureRules.Decide(one.request with { Consents = one.shuffled }),
            strict: true));

    [Fact]
    public void It_answers_whatever_it_is_asked() =>
        (from request in AnyRequest
         from at in Gen.Long[DateTimeOffset.MinValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks]
         from born in Gen.Int[0, DateOnly.MaxValue.DayNumber]
         from missing in Gen.Int[0, 3]
         from division in Gen.String
         from area in Gen.String
         select request with
         {
             At = new DateTimeOffset(at, TimeSpan.Zero),
             Division = division,
             Subject = missing == 1 ? null : Requests.Adult with { BornOn = DateOnly.FromDayNumber(born) },
             Recipient = missing == 2 ? null : Requests.CountyCharity with { Areas = [area, "4104"] },
             Policy = missing == 3 ? null : Requests.Policy with { EffectiveFrom = DateOnly.MinValue },
         })
        .Sample(request => Assert.NotEmpty(DisclosureRules.Decide(request).Reason));
}
