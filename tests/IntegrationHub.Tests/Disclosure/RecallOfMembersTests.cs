using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>What is called back of the others of a household, and by which purposes a narrowing is read.</summary>
public sealed class RecallOfMembersTests
{
    private static readonly MemberPermit Member = new(new Guid("00000000-0000-0000-0000-000000000011"), "10", ["name", "birth"], "TY-5", 1);

    private static readonly ReleaseRow Release = new()
    {
        ReleaseId = Guid.Empty,
        DecisionId = 1,
        ReferralId = Guid.Empty,
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Ledger.CountyCharity,
        Purpose = "ZY",
        Items = ["name", "household"],
        ConsentId = "TY-1",
        ConsentSequence = 1,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = Ledger.Noon,
    };

    private static readonly ConsentEvent Given = Ledger.Given(1, "TY-5");

    [Fact]
    public void P20_a_members_part_goes_as_a_whole_by_the_members_own_consent()
    {
        var order = OfMember([], Given, Given.Then(ConsentEventType.Withdrawn, 2));

        Assert.Equal(["household"], order?.Items);
        Assert.Equal(RecallReason.Withdrawn, order?.Reason);
        var narrowed = OfMember([], Given, Given.Then(ConsentEventType.Narrowed, 2) with { Items = ["name"] });
        Assert.Equal(["household"], narrowed?.Items);
        Assert.Equal(RecallReason.Narrowed, narrowed?.Reason);
    }

    [Fact]
    public void P20_what_the_member_still_agrees_to_or_the_subject_withdrew_calls_no_part_of_the_member_back()
    {
        Assert.Null(OfMember([], Given));
        Assert.Null(OfMember([], Given, Ledger.Given(), Ledger.Given().Then(ConsentEventType.Withdrawn, 2)));
        Assert.Null(OfMember([], Given, Given.Then(ConsentEventType.Narrowed, 2) with { Items = ["name", "birth"] }));
    }

    [Fact]
    public void P20_a_household_is_called_back_once_and_an_item_that_was_is_no_reason_to_stop()
    {
        var withdrawn = Given.Then(ConsentEventType.Withdrawn, 2);

        Assert.Null(OfMember(["household"], Given, withdrawn));
        Assert.NotNull(OfMember(["name", "birth"], Given, withdrawn));
    }

    [Fact]
    public void A_consent_to_a_wider_purpose_still_covers_what_was_released_for_a_narrower()
    {
        var tree = Requests.Policy with { Purposes = [new("ZN", "wide", null), new("ZY", "narrow", "ZN")] };
        var wide = Ledger.Given() with { Purposes = ["ZN"] };

        Assert.Null(RecallRules.Decide(Release, [wide], [], tree, Ledger.Noon));
        Assert.Equal(Release.Items, RecallRules.Decide(Release, [wide], [], null, Ledger.Noon)?.Items);
        Assert.Null(RecallRules.Decide(Release, [Ledger.Given()], [], null, Ledger.Noon)); // the same needs no tree
    }

    private static RecallOrder? OfMember(string[] recalled, params ConsentEvent[] events) =>
        RecallRules.DecideMember(Release, Member, events, recalled, Requests.Policy, Ledger.Noon);
}
