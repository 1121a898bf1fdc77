using CsCheck;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>What no event may do, whatever else is in the ledger.</summary>
public sealed class ConsentProperties
{
    private static readonly Guid?[] s_givers =
        [null, new("00000000-0000-0000-0000-00000000000a"), new("00000000-0000-0000-0000-00000000000b")];

    private static readonly Gen<ConsentEvent> AnyEvent =
        from type in Gen.Frequency((4, Gen.Const(ConsentEventType.Given)), (3, Gen.Enum<ConsentEventType>()))
        from id in Gen.OneOfConst("TY-1", "TY-2", "TY-3")
        from sequence in Gen.Int[1, 5]
        from evidence in Gen.Int[0, 5]
        from capacity in Gen.OneOfConst(ConsentCapacity.Self, ConsentCapacity.Guardian, ConsentCapacity.Guardian)
        from giver in Gen.Int[0, 2]
        from hasEvidence in Gen.Bool
        from purpose in Gen.OneOfConst("ZY", "ZY", "ZX")
        from days in Gen.Int[-40, 0]
        from flags in Gen.Int[0, 7]
        select Ledger.Given(sequence, id) with
        {
            Type = type,
            EvidenceHash = $"{evidence}",
            Capacity = capacity,
            GivenBy = s_givers[giver],
            CapacityEvidence = hasEvidence ? "order" : null,
            Purposes = [purpose],
            Sensitive = (flags & 1) == 0,
            Items = (flags & 2) == 0 ? Ledger.AllItems : ["name"],
            RecipientClass = (flags & 4) == 0 ? "CHARITY" : null,
            EffectiveAt = Ledger.Noon.AddDays(days),
            ValidFrom = null,
        };

    private static readonly Gen<DisclosureRequest> AnyRequest =
        from events in AnyEvent.Array[0, 7]
        from isChild in Gen.Bool
        from step in Gen.Enum<DisclosureStep>()
        select (Requests.Claim() with { Step = step, Consents = events })
            .BornOn(isChild ? new DateOnly(2016, 1, 1) : new DateOnly(1976, 1, 1));

    [Fact]
    public void P02_an_event_about_another_purpose_and_recipient_never_widens_what_goes() =>
        (from request in AnyRequest from told in AnyEvent select (request, told)).Sample(one =>
        {
            var unrelated = one.told with
            {
                ConsentId = "TY-9",
                Purposes = ["ZN"],
                Recipients = [Ledger.MedicalFoundation],
                RecipientClass = null,
            };

            AssertNotWider(one.request, [.. one.request.Consents, unrelated]);
        }, iter: 20_000);

    [Fact]
    public void P07_a_withdrawal_never_gives_anything() =>
        (from request in AnyRequest from told in AnyEvent select (request, told)).Sample(one =>
            AssertNotWider(
                one.request, [.. one.request.Consents, one.told with { Type = ConsentEventType.Withdrawn, Sequence = 9 }]),
            iter: 20_000);

    [Fact]
    public void What_a_withdrawal_stopped_no_repetition_of_what_was_there_opens() =>
        (from request in AnyRequest from told in AnyEvent from again in Gen.Int[0, 6] select (request, told, again)).Sample(one =>
        {
            ConsentEvent[] ended = [.. one.request.Consents, one.told with { Type = ConsentEventType.Withdrawn, Sequence = 9 }];

            var once = DisclosureRules.Decide(one.request with { Consents = ended });
            var twice = DisclosureRules.Decide(one.request with { Consents = [.. ended, ended[Math.Min(one.again, ended.Length - 1)]] });

            Assert.Equivalent(once, twice, strict: true);
        }, iter: 5_000);

    [Fact]
    public void The_order_of_arrival_and_repetition_decide_nothing() =>
        (from request in AnyRequest
         from shuffled in Gen.Shuffle(request.Consents.Concat(request.Consents).ToArray())
         select (request, shuffled)).Sample(one => Assert.Equivalent(
            DisclosureRules.Decide(one.request),
            DisclosureRules.Decide(one.request with { Consents = one.shuffled }), strict: true), iter: 5_000);

    [Fact]
    public void Asking_for_fewer_items_never_turns_a_refusal_into_more() =>
        (from request in AnyRequest from kept in Gen.Int[0, 3] select (request, kept)).Sample(one =>
        {
            var all = DisclosureRules.Decide(one.request);
            var fewer = DisclosureRules.Decide(one.request with { Items = [.. one.request.Items.Take(one.kept)] });

            Assert.True(fewer.Effective.Count <= all.Effective.Count);
            Assert.True(!fewer.Permitted || all.Permitted);
        }, iter: 5_000);

    private static void AssertNotWider(DisclosureRequest request, IReadOnlyList<ConsentEvent> events)
    {
        var before = DisclosureRules.Decide(request);

        var after = DisclosureRules.Decide(request with { Consents = events });

        Assert.True(before.Permitted || !after.Permitted, $"{before.Reason} became {after.Reason}");
        Assert.True(after.Effective.Count <= before.Effective.Count);
    }
}
