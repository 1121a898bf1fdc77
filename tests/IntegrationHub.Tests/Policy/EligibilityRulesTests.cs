using CsCheck;
using IntegrationHub.Policy;
using static IntegrationHub.Tests.Policy.Packs;

namespace IntegrationHub.Tests.Policy;

public sealed class EligibilityRulesTests
{
    [Theory]
    [InlineData("ZJ")]
    [InlineData("ZX")]
    [InlineData("ZY")]
    [InlineData("ZN")]
    [InlineData("JN")]
    public void R44_each_kind_is_for_someone(string kind) => Assert.Null(Objection(kind, Need));

    [Fact]
    public void R44_a_kind_the_pack_does_not_have_is_for_nobody() => Assert.Equal("policy.missing", Objection("ZC", Need));

    [Fact]
    public void R44_a_kind_that_does_not_say_who_it_is_for_is_for_nobody()
    {
        var silent = Pack with { NeedKinds = [Pack.KindOf("ZJ")! with { Eligible = null }] };

        Assert.Equal("policy.missing", EligibilityRules.Decide(silent, "ZJ", Need).Objection);
    }

    [Theory]
    [InlineData(Fact.GovAidStatus, "need.gov_aid_status")]
    [InlineData(Fact.Ground, "need.ground")]
    [InlineData(Fact.Reason, "need.reason")]
    [InlineData(Fact.SubjectStatus, "need.field_missing")]
    [InlineData(Fact.Channel, "need.field_missing")]
    public void R02_a_need_without_a_field_it_cannot_do_without_is_refused_by_name(string field, string code) =>
        Assert.Equal(code, Objection("ZJ", Need.With(field, null)));

    [Fact]
    public void R10_a_ground_outside_the_three_is_refused() =>
        Assert.Equal("need.ground", Objection("ZJ", Need.With(Fact.Ground, FactValue.Of("OTHER"))));

    [Theory]
    [InlineData("NOT_ELIGIBLE", null)]
    [InlineData("STILL_IN_HARDSHIP", "need.no_category")]
    [InlineData("NOT_COVERED", "need.no_category")]
    public void R09_only_who_does_not_qualify_for_aid_may_be_in_no_category(string ground, string? code) =>
        Assert.Equal(code, Objection("ZX", Need.With(Fact.Category, null).With(Fact.Ground, FactValue.Of(ground))));

    [Theory]
    [InlineData("2024-03-01", "2025-03-01", false)]
    [InlineData("2024-03-02", "2025-03-01", true)]
    [InlineData("2024-02-29", "2025-02-28", true)]
    [InlineData("2024-02-29", "2025-03-01", false)]
    [InlineData("2025-03-02", "2025-03-01", false)]
    public void R08_temporary_aid_counts_for_calendar_months_of_the_day_of_release(string granted, string day, bool isIn)
    {
        var facts = Need.With(Fact.Category, null).With(Fact.TemporaryAidOn, FactValue.Of((DateOnly?)DateOnly.Parse(granted, null)))
            .On(DateOnly.Parse(day, null));

        Assert.Equal(isIn ? null : "need.no_category", Objection("ZX", facts));
    }

    [Fact]
    public void R08_the_bound_is_data()
    {
        var window = new DayWindow { WindowMonths = 12, LowerBound = "INCLUSIVE" };

        Assert.True(window.Contains(new DateOnly(2024, 3, 1), new DateOnly(2025, 3, 1)));
        Assert.False(window.Contains(new DateOnly(2024, 2, 29), new DateOnly(2025, 3, 1)));
    }

    [Fact]
    public void Scenario_22_the_day_of_release_is_that_of_shanghai_and_not_of_utc()
    {
        var instant = new DateTimeOffset(2025, 2, 28, 18, 0, 0, TimeSpan.Zero);
        var facts = Need.With(Fact.Category, null).With(Fact.TemporaryAidOn, FactValue.Of((DateOnly?)new DateOnly(2024, 2, 29)));

        Assert.Equal("need.no_category", Objection("ZX", facts.On(HubCalendar.DayOf(instant))));
        Assert.Null(Objection("ZX", facts.On(DateOnly.FromDateTime(instant.UtcDateTime))));
    }

    [Theory]
    [InlineData("LI2", "CENTRALISED", "need.support_mode")]
    [InlineData("LI2", "DISPERSED", null)]
    [InlineData("LI2", null, "wait.support_mode")]
    [InlineData("LI3", null, null)]
    [InlineData("LI4", null, null)]
    [InlineData("LI6", null, "need.category")]
    public void R40_housing_aid_is_for_four_categories_and_not_for_who_lives_in_an_institution(
        string category, string? mode, string? code) =>
        Assert.Equal(code, Objection(
            "ZJ", Need.With(Fact.Category, FactValue.Of(category)).With(Fact.SupportMode, FactValue.Of(mode))));

    [Fact]
    public void R40_temporary_aid_alone_is_no_ground_for_housing_aid() => Assert.Equal("need.category", Objection(
        "ZJ", Need.With(Fact.Category, null).With(Fact.TemporaryAidOn, FactValue.Of((DateOnly?)Day.AddDays(-30)))));

    [Theory]
    [InlineData("ES1", null)]
    [InlineData("ES5", null)]
    [InlineData("ES6", "need.education_stage")]
    [InlineData(null, "need.education_stage")]
    public void R41_a_stage_of_education_must_be_one_of_five(string? stage, string? code) =>
        Assert.Equal(code, Objection("ZX", Need.With(Fact.EducationStage, FactValue.Of(stage))));

    [Theory]
    [InlineData("ES2", 40, true)]
    [InlineData("ES2", 9, false)]
    [InlineData("ES1", 5, false)]
    [InlineData("ES5", 14, true)]
    public void R41_an_age_that_does_not_fit_the_stage_is_told_and_stops_nothing(string stage, int age, bool isTold)
    {
        var facts = Need.With(Fact.EducationStage, FactValue.Of(stage)).With(Fact.Age, FactValue.Of((decimal?)age));

        var eligible = Assert.IsType<Eligibility.Eligible>(EligibilityRules.Decide(Pack, "ZX", facts));

        Assert.Equal(isTold ? ["advice.education_age"] : [], eligible.Advice);
    }

    [Fact]
    public void R41_a_child_has_one_stage_in_a_school_year_that_begins_in_september()
    {
        var spring = (new DateOnly(2026, 3, 2), "ES2");

        Assert.True(SchoolYear.Contradicts(spring, (new DateOnly(2026, 8, 31), "ES4")));
        Assert.False(SchoolYear.Contradicts(spring, (new DateOnly(2026, 9, 1), "ES4")));
        Assert.False(SchoolYear.Contradicts(spring, (new DateOnly(2026, 3, 9), "ES2")));
    }

    [Theory]
    [InlineData(Fact.BasicInsurance)]
    [InlineData(Fact.CriticalInsurance)]
    [InlineData(Fact.MedicalAssistance)]
    public void R42_medical_aid_waits_until_all_three_insurances_are_settled(string settlement)
    {
        var waiting = Assert.IsType<Eligibility.Waiting>(
            EligibilityRules.Decide(Pack, "ZY", Need.With(settlement, null).With(Fact.Residual, null)));

        Assert.Equal("wait.settlement", waiting.Reason);
        Assert.StartsWith("needKinds[ZY].eligible.all[", waiting.Predicate, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("999.99", "need.residual")]
    [InlineData("1000.00", null)]
    [InlineData("-1.00", "need.residual")]
    public void R42_what_is_left_must_reach_the_threshold(string residual, string? code) => Assert.Equal(
        code, Objection("ZY", Need.With(Fact.Residual, FactValue.Of((decimal?)decimal.Parse(residual, null)))));

    [Theory]
    [InlineData(15, "1", true, "need.age")]
    [InlineData(16, "1", true, null)]
    [InlineData(16, "3", true, "need.labour_ability")]
    [InlineData(16, "2", true, null)]
    [InlineData(16, "1", false, "need.not_confirmed")]
    [InlineData(16, "1", null, "wait.confirmation")]
    [InlineData(15, "1", null, "need.age")]
    public void R43_work_aid_asks_for_age_ability_and_a_person_who_has_looked(int age, string ability, bool? confirmed, string? code) =>
        Assert.Equal(code, Objection("ZN", Need.With(Fact.Age, FactValue.Of((decimal?)age))
            .With(Fact.LabourAbility, FactValue.Of(ability)).With(Fact.Confirmed, FactValue.Of(confirmed))));

    [Theory]
    [InlineData("ACCIDENT", "STILL_IN_HARDSHIP", true, "PERSON", null)]
    [InlineData("OTHER_SPECIAL", "NOT_COVERED", null, "HOUSEHOLD", null)]
    [InlineData("ACCIDENT", "NOT_ELIGIBLE", false, "PERSON", null)]
    [InlineData("ACCIDENT", "NOT_ELIGIBLE", true, "PERSON", "need.covered")]
    [InlineData("ACCIDENT", "NOT_ELIGIBLE", null, "PERSON", "need.covered")]
    [InlineData("POVERTY", "STILL_IN_HARDSHIP", false, "PERSON", "need.cause")]
    [InlineData("ACCIDENT", "STILL_IN_HARDSHIP", false, null, "need.beneficiary")]
    public void R35_emergency_aid_asks_for_a_cause_and_that_nothing_else_covers_it(
        string cause, string ground, bool? others, string? beneficiary, string? code) => Assert.Equal(code, Objection(
            "JN", Need.With(Fact.Cause, FactValue.Of(cause)).With(Fact.Ground, FactValue.Of(ground))
                .With(Fact.OtherSchemes, FactValue.Of(others)).With(Fact.Beneficiary, FactValue.Of(beneficiary))));

    [Fact]
    public void A_refusal_names_the_predicate_that_gave_it()
    {
        var refusal = Assert.IsType<Eligibility.NotEligible>(
            EligibilityRules.Decide(Pack, "ZN", Need.With(Fact.LabourAbility, FactValue.Of("3"))));

        Assert.Equal("needKinds[ZN].eligible.all[1]", refusal.Predicate);
    }

    [Fact]
    public void What_is_certain_goes_before_what_is_waited_for()
    {
        var rule = new Predicate.All([Test(Fact.Age, "wait.confirmation"), Test(Fact.Amount, null)]);

        Assert.IsType<Answer.No>(rule.Ask(new NeedFacts(Day, new Dictionary<string, FactValue?>()), Pack, ""));

        static Predicate Test(string fact, string? wait) => new Predicate.Test(fact, new FactTest.Present(), wait);
    }

    // Any mix of facts, known and unknown, sensible and not, has an answer for every kind, and always the same.
    [Fact]
    public void Every_need_has_an_answer()
    {
        var names = Fact.All.Select(fact => fact.Name).ToArray();
        var value = Gen.OneOf(
            Gen.Const((FactValue?)null), Gen.String.Select(text => FactValue.Of(text)), Gen.Decimal.Select(number => FactValue.Of((decimal?)number)),
            Gen.DateOnly.Select(day => FactValue.Of((DateOnly?)day)), Gen.OneOfConst("LI1", "LI2", "NOT_ELIGIBLE", "YES", "ES1", "1").Select(code => FactValue.Of(code)));
        Gen.Select(value.Array[names.Length], Gen.OneOfConst("ZJ", "ZX", "ZY", "ZN", "JN")).Sample((values, kind) =>
        {
            var facts = new NeedFacts(Day, names.Zip(values).ToDictionary(pair => pair.First, pair => (FactValue?)pair.Second));
            var known = new PolicyNames(Folder).Of("problem-code");
            var answer = EligibilityRules.Decide(Pack, kind, facts);
            return answer.Objection == EligibilityRules.Decide(Pack, kind, facts).Objection
                && (answer.Objection is null || known.ContainsKey(answer.Objection));
        }, iter: 500);
    }
}
