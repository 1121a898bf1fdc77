using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

public sealed class RecallRulesTests
{
    private static readonly DateTimeOffset Now = Ledger.Noon.AddDays(5);

    private static readonly ReleaseRow Release = new()
    {
        ReleaseId = new Guid("0195a2c0-0000-7000-8000-000000000013"),
        DecisionId = 1,
        ReferralId = new Guid("0195a2c0-0000-7000-8000-000000000010"),
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = "514104995010000253",
        Purpose = "ZY",
        Items = ["name", "phone", "diagnosis"],
        ConsentId = "TY-1",
        ConsentSequence = 1,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = Ledger.Noon.AddDays(1),
    };

    private static readonly ConsentEvent Given = new()
    {
        ConsentId = "TY-1",
        Sequence = 1,
        Type = ConsentEventType.Given,
        Capacity = ConsentCapacity.Self,
        Purposes = ["ZY", "ZX"],
        Items = ["name", "phone", "diagnosis", "address"],
        Recipients = [Release.Uscc, "another"],
        Actions = [ConsentAction.Offer, ConsentAction.Detail],
        Sensitive = true,
        Provide = true,
        EvidenceHash = "e",
        EffectiveAt = Ledger.Noon,
    };

    public static TheoryData<string, ConsentEvent, string[]> Narrowings => new()
    {
        { "an item", Narrowed() with { Items = ["name", "diagnosis"] }, ["phone"] },
        { "items that were not released", Narrowed() with { Items = ["name", "phone", "diagnosis"] }, [] },
        { "sensitive", Narrowed() with { Sensitive = false }, ["diagnosis"] },
        { "the recipient", Narrowed() with { Recipients = ["another"] }, ["name", "phone", "diagnosis"] },
        { "another recipient", Narrowed() with { Recipients = [Release.Uscc] }, [] },
        { "the purpose", Narrowed() with { Purposes = ["ZX"] }, ["name", "phone", "diagnosis"] },
        { "another purpose", Narrowed() with { Purposes = ["ZY"] }, [] },
        { "the action", Narrowed() with { Actions = [ConsentAction.Offer] }, ["name", "phone", "diagnosis"] },
        { "provision to others", Narrowed() with { Provide = false }, ["name", "phone", "diagnosis"] },
    };

    [Theory]
    [MemberData(nameof(Narrowings))]
    public void Scenario_28_a_narrowing_calls_back_what_it_dropped_and_nothing_else(
        string what, ConsentEvent narrowed, string[] items)
    {
        var order = RecallRules.Decide(Release, [Given, narrowed], [], Requests.Policy, Now);

        Assert.True(items.SequenceEqual(order?.Items ?? []), what);
        if (order is not null)
            Assert.Equal(RecallReason.Narrowed, order.Reason);
    }

    [Theory]
    [InlineData(ConsentEventType.Withdrawn, RecallReason.Withdrawn)]
    [InlineData(ConsentEventType.Invalidated, RecallReason.Invalidated)]
    public void P07_a_withdrawal_or_an_invalid_consent_calls_back_all_of_it(ConsentEventType end, string reason)
    {
        var order = RecallRules.Decide(Release, [Given, Ended(end)], [], Requests.Policy, Now);

        Assert.Equal(Release.Items, order?.Items);
        Assert.Equal(reason, order?.Reason);
    }

    [Theory]
    [InlineData(ConsentEventType.Expired)]
    [InlineData(ConsentEventType.GuardianLapsed)]
    [InlineData(ConsentEventType.Renewed)]
    public void Scenario_08_the_lapse_of_time_or_of_a_guardian_leaves_what_was_given_where_it_is(ConsentEventType type) =>
        Assert.Null(RecallRules.Decide(Release, [Given, Ended(type)], [], Requests.Policy, Now));

    [Fact]
    public void Nothing_is_recalled_twice_and_what_is_left_is()
    {
        ConsentEvent[] consents = [Given, Narrowed() with { Items = ["name"] }, Ended(ConsentEventType.Withdrawn) with { Sequence = 3 }];

        Assert.Equal(["name"], RecallRules.Decide(Release, consents, ["phone", "diagnosis"], Requests.Policy, Now)?.Items);
        Assert.Null(RecallRules.Decide(Release, consents, Release.Items, Requests.Policy, Now)?.Items);
    }

    [Fact]
    public void Another_consent_and_one_that_takes_effect_tomorrow_change_nothing()
    {
        Assert.Null(RecallRules.Decide(
            Release, [Given, Ended(ConsentEventType.Withdrawn) with { ConsentId = "TY-2" }], [], Requests.Policy, Now));
        Assert.Null(RecallRules.Decide(
            Release, [Given, Ended(ConsentEventType.Withdrawn) with { EffectiveAt = Now.AddDays(1) }], [], Requests.Policy, Now));
        Assert.Null(RecallRules.Decide(Release, [], [], Requests.Policy, Now));
    }

    private static ConsentEvent Narrowed() => Given with
    {
        Sequence = 2,
        Type = ConsentEventType.Narrowed,
        EvidenceHash = null,
        EffectiveAt = Ledger.Noon.AddDays(2),
    };

    private static ConsentEvent Ended(ConsentEventType type) => Narrowed() with { Type = type };
}
