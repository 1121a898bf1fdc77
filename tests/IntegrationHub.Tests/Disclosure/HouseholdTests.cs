using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>The others of a household: each by their own consent, or as a number (P20).</summary>
public sealed class HouseholdTests
{
    private static readonly Guid Wife = new("00000000-0000-0000-0000-000000000011");
    private static readonly Guid Son = new("00000000-0000-0000-0000-000000000012");
    private static readonly Guid Brother = new("00000000-0000-0000-0000-000000000013");

    private static readonly DisclosureRequest Asked = Schooling(Requests.Claim() with
    {
        Items = ["name", "household", "school", "birth", "phone"],
        Members = [Member(Wife), Member(Son), Member(Brother) with { Consents = [] }],
    });

    [Fact]
    public void P20_of_four_members_with_three_consents_three_are_told_and_the_fourth_is_a_number()
    {
        var decision = DisclosureRules.Decide(Asked);

        Assert.Equal([Wife, Son], decision.Members.Select(member => member.PersonKey)); // and the subject
        Assert.Equal(1, decision.Others);
        Assert.All(decision.Members, member => Assert.Equal(["name", "birth", "school"], member.Items));
        Assert.Equal(("10", "TY-1", 1), (
            decision.Members[0].Relation, decision.Members[0].ConsentId, decision.Members[0].ConsentSequence));
    }

    [Fact]
    public void P20_the_subjects_consent_never_covers_another_member() =>
        Assert.Equal(
            (0, 3),
            Counts(Asked with { Members = [.. Asked.Members.Select(member => member with { Consents = [] })] }));

    [Fact]
    public void P20_a_members_consent_that_ended_names_another_or_is_for_another_purpose_makes_a_number()
    {
        var given = ForSchool(Ledger.Given());
        ConsentEvent[][] useless =
        [
            [given, given.Then(ConsentEventType.Withdrawn, 2)],
            [given with { Recipients = [Ledger.MedicalFoundation] }],
            [given with { Purposes = ["ZY"] }],
            [given with { Items = ["phone"] }],
            [given with { Provide = false }],
        ];

        Assert.All(useless, consents => Assert.Equal(
            (0, 1), Counts(Asked with { Members = [Member(Wife) with { Consents = consents }] })));
    }

    [Theory]
    [InlineData("DECEASED")]
    [InlineData("DEATH_SUSPECTED")]
    [InlineData("CONFLICT")]
    [InlineData("UNKNOWN")]
    public void P20_P15_a_member_in_doubt_is_a_number(string state) =>
        Assert.Equal((0, 1), Counts(Asked with { Members = [Member(Wife, state)] }));

    [Fact]
    public void P20_a_minor_of_the_household_is_told_by_the_guardians_consent()
    {
        var child = Member(Son) with { Subject = new SubjectFacts(Son, "OK", new DateOnly(2018, 1, 1)) };

        Assert.Equal((0, 1), Counts(Asked with { Members = [child] }));
        ConsentEvent[] guarded = [ForSchool(Ledger.Given()) with { Capacity = ConsentCapacity.Guardian }];
        Assert.Equal((1, 0), Counts(Asked with { Members = [child with { Consents = guarded }] }));
    }

    [Fact]
    public void P20_who_did_not_release_the_household_tells_nothing_of_it_not_even_a_number()
    {
        Assert.Equal((0, 0), Counts(Asked with { Items = ["name"] }));
        Assert.Equal((0, 0), Counts(Asked.Agreed(consent => consent with { Items = ["name"] })));
        Assert.Equal((0, 0), Counts(Asked.Agreed(consent => consent with { Items = [] })));
        Assert.Equal((0, 3), Counts(Asked with { Items = ["household"] })); // nothing was asked of the members
    }

    private static (int Told, int Others) Counts(DisclosureRequest request)
    {
        var decision = DisclosureRules.Decide(request);
        return (decision.Members.Count, decision.Others);
    }

    private static HouseholdMember Member(Guid key, string state = "OK") =>
        new(new SubjectFacts(key, state, new DateOnly(1980, 1, 1)), "10", [ForSchool(Ledger.Given())]);

    private static ConsentEvent ForSchool(ConsentEvent given) => given with { Purposes = ["ZX"] };

    private static DisclosureRequest Schooling(DisclosureRequest request) =>
        (request with { Purpose = "ZX" }).Agreed(ForSchool);
}
