using CsCheck;
using IntegrationHub.Identity.Linkage;

namespace IntegrationHub.Tests.Identity;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("王小明", "王小明", NameLevel.Exact)]
    [InlineData("王 小明", "王小明", NameLevel.Exact)]
    [InlineData("王\u3000小明 ", "王小明", NameLevel.Exact)]
    [InlineData("买买提·艾力", "买买提•艾力", NameLevel.Exact)]
    [InlineData("买买提·艾力", "买买提艾力", NameLevel.Exact)]
    [InlineData("ＬＩ明", "LI明", NameLevel.Degraded)]
    [InlineData("王小明", "王小亮", NameLevel.OneLetter)]
    [InlineData("王小明", "王明小", NameLevel.OneLetter)]
    [InlineData("王小明", "王小", NameLevel.OneLetterOfTwo)]
    [InlineData("王伟", "王芳", NameLevel.OneLetterOfTwo)]
    [InlineData("王伟", "李芳", NameLevel.Different)]
    [InlineData("王小明", "李小亮", NameLevel.Different)]
    [InlineData("买买提·艾力克", "买买题·艾力可", NameLevel.Similar)]
    [InlineData("王?", "王㙍", NameLevel.Degraded)]
    [InlineData("王??", "王𬭬", NameLevel.Degraded)]
    [InlineData("王□明", "王𬭬明", NameLevel.Degraded)]
    [InlineData("王yan明", "王㛃明", NameLevel.Degraded)]
    [InlineData("王(土耳)明", "王㛃明", NameLevel.Degraded)]
    [InlineData("王\uf123", "王㙍", NameLevel.Degraded)]
    [InlineData("王?", "李㙍", NameLevel.Different)]
    [InlineData("王?明", "王小亮", NameLevel.Different)]
    [InlineData("", "王小明", NameLevel.Missing)]
    public void D02_names_are_compared_letter_by_letter(string one, string other, object level)
    {
        var degraded = NameComparison.IsDegraded(one) || NameComparison.IsDegraded(other);

        Assert.Equal(level, NameComparison.Compare(one, other, degraded && one.Length > 0));
        Assert.Equal(level, NameComparison.Compare(other, one, degraded && one.Length > 0));
    }

    [Theory]
    [InlineData("王小明", false)]
    [InlineData("买买提·艾力", false)]
    [InlineData("𬭬𫍯", false)]
    [InlineData("JOHN SMITH", false)]
    [InlineData("王?", true)]
    [InlineData("王*", true)]
    [InlineData("王\ufffd", true)]
    [InlineData("王\uf123", true)]
    [InlineData("新生儿", true)]
    [InlineData("李芳之子", true)]
    public void D02_a_name_that_lost_a_letter_or_was_never_given_is_degraded(string name, bool degraded) =>
        Assert.Equal(degraded, NameComparison.IsDegraded(name));

    [Theory]
    [InlineData("1976-05-12", "1976-05-12", BirthLevel.Exact)]
    [InlineData("1976-05-12", "1976-12-05", BirthLevel.DayAndMonthSwapped)]
    [InlineData("1976-05-12", "1978-05-12", BirthLevel.OneDigit)]
    [InlineData("1979-05-12", "1980-05-12", BirthLevel.YearOff)]
    [InlineData("1976-05-12", "1981-08-30", BirthLevel.Different)]
    [InlineData("1976-05-12", null, BirthLevel.Missing)]
    public void Births_are_compared_with_the_errors_of_typing(string one, string? other, object level)
    {
        DateOnly? second = other is null ? null : DateOnly.Parse(other);

        Assert.Equal(level, BirthComparison.Compare(DateOnly.Parse(one), second));
        Assert.Equal(level, BirthComparison.Compare(second, DateOnly.Parse(one)));
    }

    [Fact]
    public void Numbers_are_compared_without_their_check_character()
    {
        var number = Profiles.IdOf("19760512", 103);

        Assert.Equal(IdLevel.Same, IdComparison.Whole(number, number));
        Assert.Equal(IdLevel.Tail, IdComparison.Whole(number, Profiles.IdOf("19760512", 105)));
        Assert.Equal(IdLevel.OneOff, IdComparison.Whole(number, Profiles.IdOf("19780512", 103)));
        Assert.Equal(IdLevel.Transposed, IdComparison.Whole(number, Profiles.IdOf("19760521", 103)));
        Assert.Equal(IdLevel.Different, IdComparison.Whole(number, Profiles.IdOf("19811130", 204)));
    }

    [Theory]
    [InlineData("41049919760512103", IdLevel.OneOff)]
    [InlineData("4104991976051210355", IdLevel.OneOff)]
    [InlineData("410499197605121085", IdLevel.OneOff)]
    [InlineData("410499197605120135", IdLevel.Transposed)]
    [InlineData("410499********1035", IdLevel.OneOff)]
    [InlineData("410499********2222", IdLevel.Different)]
    [InlineData("410499760512103", IdLevel.Same)]
    [InlineData("410499760512104", IdLevel.Different)]
    [InlineData("12", IdLevel.Different)]
    public void D04_a_number_that_is_none_still_tells_whose_it_may_be(string text, object level) =>
        Assert.Equal(level, IdComparison.Unusable("410499197605121035", text));

    [Fact]
    public void Comparing_and_scoring_do_not_know_which_side_is_which() =>
        Gen.Select(Someone(), Someone()).Sample((one, other) =>
        {
            var there = ProfileComparison.Compare(one, other);
            var back = ProfileComparison.Compare(other, one);
            return there == back
                && LinkageScore.Of(one, other, there, LinkageModel.Default, 1_000_000)
                    == LinkageScore.Of(other, one, back, LinkageModel.Default, 1_000_000)
                && Profiles.Judge(one, other) == Profiles.Judge(other, one);
        });

    [Fact]
    public void A_comparison_gives_back_every_level_and_says_it_in_codes_without_values()
    {
        var comparison = ProfileComparison.Compare(Profiles.Someone(), Profiles.Someone(2) with { Name = "欧阳示列", Households = [] });

        Assert.Equal(
            ["NAME:ONE_LETTER", "BIRTH:EXACT", "SEX:SAME", "DIVISION:SAME_TOWNSHIP", "PHONE:SAME", "HOUSEHOLD:MISSING", "ID:SAME"],
            comparison.Codes());
    }

    [Fact]
    public void What_a_household_shares_by_right_counts_once()
    {
        var comparison = ProfileComparison.Compare(Profiles.Someone(), Profiles.Someone(2));

        Assert.Equal(
            (HouseholdLevel.Same, PhoneLevel.Missing, DivisionLevel.Missing),
            (comparison.Household, comparison.Phone, comparison.Division));
    }

    internal static Gen<Profile> Someone() => Gen.Select(
        Gen.Int[1, 1000], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2]).Select((key, name, birth, id, household, sex) =>
        {
            string[] names = ["王小明", "王小亮", "王?明", "欧阳㙍"];
            DateOnly?[] births = [new(1976, 5, 12), new(1976, 12, 5), null, new(1981, 11, 30)];
            IdStanding[] standings = [IdStanding.Full, IdStanding.None, IdStanding.Derived, IdStanding.Contested];
            return Profiles.Someone(key) with
            {
                Name = names[name],
                NameIsDegraded = name == 2,
                BornOn = births[birth],
                Standing = standings[id],
                IdNo = id == 1 ? null : Profiles.IdOf("19760512", 103 + (2 * birth)),
                Households = household == 0 ? [] : [$"H{household}"],
                Sex = sex == 0 ? null : $"{sex}",
                Namesakes = 1 + (name * 20),
            };
        });
}
