using CsCheck;
using IntegrationHub.Identity.Linkage;
using static IntegrationHub.Tests.Identity.Profiles;

namespace IntegrationHub.Tests.Identity;

public sealed class LinkageRulesTests
{
    private static readonly Guid s_otherPhone = new(8, 0, 0, new byte[8]);

    [Fact]
    public void All_equal_and_one_without_a_number_is_certain() =>
        Assert.Equal(LinkageVerdict.Certain, Judge(Someone(), Someone(2).WithoutId()).Verdict);

    [Fact]
    public void The_same_phone_holds_two_households_together() =>
        Assert.Equal(LinkageVerdict.Certain, Judge(Someone(), Someone(2).WithoutId() with { Households = ["H2"] }).Verdict);

    [Fact]
    public void Name_and_birth_alone_are_for_a_person_to_judge() =>
        Assert.Equal(
            LinkageVerdict.Review,
            Judge(Someone(), Someone(2).WithoutId() with { Households = ["H2"], Phones = [s_otherPhone] }).Verdict);

    [Fact]
    public void A_mistyped_number_that_is_none_holds_them_together_too() =>
        Assert.Equal(
            LinkageVerdict.Certain,
            Judge(Someone(), Someone(2).WithoutId() with { UnusableIdNo = "410499197605121085", Households = ["H2"], Phones = [] }).Verdict);

    [Fact]
    public void A_common_name_weighs_less_than_a_rare_one()
    {
        var rare = Someone(2).WithoutId() with { Households = ["H2"], Phones = [s_otherPhone], Divisions = [] };
        var common = rare with { Namesakes = 4_000 };

        Assert.True(Judge(Someone(), rare).Score > Judge(Someone(), common).Score + 10);
        Assert.Equal(LinkageVerdict.Review, Judge(Someone(), rare).Verdict);
        Assert.Equal(LinkageVerdict.None, Judge(Someone(), common).Verdict);
    }

    [Fact]
    public void A_phone_that_a_whole_village_states_weighs_less()
    {
        var phone = Someone().Phones[0];
        var other = Someone(2).WithoutId() with { Households = ["H2"] };
        var shared = other with { PhoneShares = new Dictionary<Guid, int> { [phone] = 300 } };

        Assert.True(Judge(Someone(), other).Score > Judge(Someone(), shared).Score + 8);
    }

    [Fact]
    public void Scenario_11_two_whole_numbers_are_a_candidate_however_alike_the_rest_is()
    {
        var edge = Judge(Someone(), Someone(2) with { IdNo = IdOf("19760512", 301) });

        Assert.Equal((LinkageVerdict.Review, ReviewKind.CorrectedId), (edge.Verdict, edge.Kind));
    }

    [Fact]
    public void Scenario_12_a_contested_number_never_merges_by_itself() =>
        Assert.NotEqual(
            LinkageVerdict.Certain, Judge(Someone(), Someone(2) with { Standing = IdStanding.Contested }).Verdict);

    [Fact]
    public void Twins_are_nobody_s_work()
    {
        var twin = Someone(2) with { Name = "欧阳示力", IdNo = IdOf("19760512", 105) };

        Assert.Equal(LinkageVerdict.None, Judge(Someone(), twin).Verdict);
    }

    [Fact]
    public void D02_a_degraded_name_never_matches_by_itself() =>
        Assert.NotEqual(
            LinkageVerdict.Certain,
            Judge(Someone(), Someone(2).WithoutId() with { Name = "欧阳示?", NameIsDegraded = true }).Verdict);

    [Theory]
    [InlineData("sex")]
    [InlineData("birth")]
    [InlineData("name")]
    public void Nothing_may_contradict_a_certain_link(string field)
    {
        var other = Someone(2).WithoutId();
        other = field switch
        {
            "sex" => other with { Sex = "2" },
            "birth" => other with { BornOn = new DateOnly(1976, 12, 5) },
            _ => other with { Name = "欧阳示列" },
        };

        Assert.NotEqual(LinkageVerdict.Certain, Judge(Someone(), other).Verdict);
    }

    [Fact]
    public void A_number_of_fifteen_digits_of_someone_known_is_always_shown()
    {
        var edge = Judge(
            Someone(),
            Someone(2) with { Standing = IdStanding.Derived, Name = "张三", BornOn = null, Households = [], Phones = [], Divisions = [] });

        Assert.Equal((LinkageVerdict.Review, ReviewKind.DerivedId, true), (edge.Verdict, edge.Kind, edge.ByRule));
    }

    [Fact]
    public void Whoever_is_certain_agrees_in_name_birth_and_sex_and_no_two_whole_numbers_meet() =>
        Gen.Select(ComparisonTests.Someone(), ComparisonTests.Someone()).Sample((one, other) =>
        {
            var edge = Judge(one, other);
            return edge.Verdict != LinkageVerdict.Certain
                || (one.Name == other.Name && !one.NameIsDegraded && edge.Comparison.Birth == BirthLevel.Exact
                    && (one.Standing != IdStanding.Full || other.Standing != IdStanding.Full)
                    && (one.Sex == other.Sex || one.Sex is null || other.Sex is null));
        });

    [Theory]
    [InlineData("王小明", "王小亮", "1976-05-12", "1", ReviewKind.Rename)]
    [InlineData("王㙍", "王?", "1976-05-12", "1", ReviewKind.Rename)]
    [InlineData("王小明", "王小亮", "1976-05-12", "2", ReviewKind.SharedId)]
    [InlineData("王小明", "王小亮", "1981-11-30", "1", ReviewKind.SharedId)]
    [InlineData("王小明", "李建国", "1976-05-12", "1", ReviewKind.SharedId)]
    public void Scenario_12_one_number_with_two_names_is_judged_by_their_distance(
        string name, string other, string birth, string sex, string kind)
    {
        var one = Someone() with { Name = name };
        var two = Someone(2) with
        {
            Name = other,
            NameIsDegraded = NameComparison.IsDegraded(other),
            BornOn = DateOnly.Parse(birth),
            Sex = sex,
            IdNo = null,
        };

        Assert.Equal(kind, LinkageRules.KindOfConflict(ProfileComparison.Compare(one, two)));
    }
}
