using IntegrationHub.Aid;
using static IntegrationHub.Tests.Aid.Aids;

namespace IntegrationHub.Tests.Aid;

public sealed class AidReviewRulesTests
{
    private static readonly HashSet<(AidRef, AidRef)> NoComplements = [];

    [Fact]
    public void R03_the_same_help_from_both_sides_is_one_alert_and_no_record_goes()
    {
        var found = Judge(Gov("g", 2_000m), Charity("1", 2_000m, Day.AddDays(3)));

        var alert = Assert.Single(found.Alerts);
        Assert.Equal((AlertType.Duplicate, "ZY", 2), (alert.Type, alert.Kind, alert.Records.Count));
        Assert.Equal(2, found.Ledger.Counting.Count());
        Assert.Equal(4_000m, AidSums.Of(found.Ledger, found.Pairs).Total);
    }

    [Fact]
    public void R03_help_for_another_need_or_another_time_is_no_duplicate()
    {
        Assert.Empty(Judge(Gov("g", 2_000m), Charity("1", 2_000m, kind: "ZN")).Alerts);
        Assert.Empty(Judge(Gov("g", 2_000m), Charity("1", 2_000m, Day.AddDays(31))).Alerts);
        Assert.NotEmpty(Judge(Gov("g", 2_000m), Charity("1", 2_000m, Day.AddDays(30))).Alerts);
        Assert.Empty(Judge(Gov("g", 2_000m), Charity("1", 2_000m, person: Li)).Alerts);
    }

    [Fact]
    public void R03_parts_of_one_referral_are_one_help()
    {
        var referral = Guid.CreateVersion7();

        Assert.Empty(Judge(Charity("1", 100m, referral: referral), Charity("2", 100m, referral: referral)).Alerts);
        Assert.NotEmpty(Judge(Charity("1", 100m, referral: referral), Charity("2", 100m, referral: Guid.CreateVersion7())).Alerts);
    }

    [Fact]
    public void R03_a_declared_complement_is_no_duplicate_and_closes_the_alert_there_was()
    {
        var (gov, charity) = (Gov("g", 2_000m), Charity("1", 500m));
        var open = Judge(gov, charity).Alerts;
        HashSet<(AidRef, AidRef)> said = [(gov.Ref, charity.Ref)];

        var after = AidReviewRules.Judge(new AidCase { Entries = [gov, charity], Complements = said }, Pack);
        var changes = AlertFold.Step(open, after.Alerts, after.Ledger, after.Pairs, said);

        Assert.Equal(AlertEnd.Complement, changes.Closed.Single().Reason);
        Assert.Empty(Judge(gov, charity with { IsComplement = true }).Alerts);
    }

    [Fact]
    public void R04_a_judgement_never_changes_an_amount_and_finding_it_again_is_no_second_alert()
    {
        AidEntry[] entries = [Gov("g", 2_000m), Charity("1", 9_000m)];
        var found = Judge(entries);

        Assert.Equal(entries.Select(entry => entry.Amount), found.Ledger.Positions.Select(position => (decimal?)position.Net));
        var again = AlertFold.Step(found.Alerts, Judge([.. entries.Reverse()]).Alerts, found.Ledger, found.Pairs, NoComplements);
        Assert.Empty(again.Opened);
        Assert.Empty(again.Changed);
        Assert.Empty(again.Closed);
    }

    [Fact]
    public void R06_civil_affairs_sees_the_excess_and_a_charity_the_band()
    {
        // 50 000 less 31 000 of insurance; one charity gave 15 000, another plans 6 000.
        var need = Need(50_000m - 31_000m);
        var ledger = AidLedger.Fold([Charity("1", 15_000m)]);

        var excess = OverAid.Of(need, ledger, [], 6_000m, amount => Pack.BandOf(amount))!; // asserted next

        Assert.Equal((2_000m, 4_000m, "1000-5000"), (excess.Over, excess.Remaining, excess.Band));
        Assert.Null(OverAid.Of(need, ledger, [], 4_000m, amount => Pack.BandOf(amount)));
    }

    [Fact]
    public void R06_recorded_aid_above_the_need_is_an_alert_of_the_need()
    {
        var found = AidReviewRules.Judge(
            new AidCase { Entries = [Charity("1", 15_000m), Charity("2", 6_000m, Day.AddDays(60), uscc: Other)], Needs = [Need(19_000m)] }, Pack);

        var alert = Assert.Single(found.Alerts);
        Assert.Equal(("aid.over_need", 2_000m), (alert.Code, alert.Excess));
    }

    [Fact]
    public void R42_a_need_whose_insurances_are_not_settled_has_no_excess_yet() =>
        Assert.Null(OverAid.Of(Need(null), AidLedger.Fold([Charity("1", 15_000m)]), [], 0, _ => ""));

    [Fact]
    public void R37_aid_above_the_standard_of_its_level_is_told()
    {
        var aid = Charity("1", 5_000.01m, kind: "JN");
        var levels = new Dictionary<string, string> { [One] = "COUNTY" };

        Assert.Equal(["aid.over_standard"], AidReviewRules.Judge(new AidCase { Entries = [aid], Levels = levels }, Pack).Codes());
        Assert.Empty(AidReviewRules.Judge(new AidCase { Entries = [aid with { Amount = 5_000m }], Levels = levels }, Pack).Alerts);
    }

    [Fact]
    public void R38_a_gift_is_used_where_and_for_what_it_was_given_and_no_more_than_it_was()
    {
        var gift = new Gift { FundId = "F1", Uscc = One, Amount = 1_000m, Areas = ["410423"], Kinds = ["ZY"] };
        var inside = Charity("1", 600m, funding: AidFunding.Earmarked) with { FundId = "F1" };

        Assert.Empty(Of(inside));
        Assert.Equal(["fund.outside"], Of(inside with { County = "410421" }));
        Assert.Equal(["fund.outside"], Of(inside with { Kinds = ["ZJ"] }));
        Assert.Equal(["fund.overdrawn"], Of(inside, inside with { Id = $"{One}-2", Person = Li, Amount = 400.01m }));
        Assert.Empty(Of(inside, inside with { Id = $"{One}-2", Person = Li, Amount = 400m }));

        IEnumerable<string> Of(params AidEntry[] entries) =>
            AidReviewRules.Judge(new AidCase { Entries = entries, Gifts = [gift] }, Pack).Codes().Where(code => code.StartsWith("fund", StringComparison.Ordinal));
    }

    [Fact]
    public void R46_aid_of_a_fund_nobody_entered_is_told_and_counts()
    {
        var found = Judge(Charity("1", 600m, funding: AidFunding.Named));

        Assert.Equal(["fund.unknown"], found.Codes());
        Assert.Equal(600m, AidSums.Of(found.Ledger, []).Charity);
    }

    [Fact]
    public void R41_one_stage_of_one_school_year_from_two_charities_is_a_duplicate_and_the_next_year_is_none()
    {
        var spring = Charity("1", 800m, new DateOnly(2026, 3, 2), "ZX") with { Stage = "ES4" };

        Assert.Contains("aid.duplicate", Judge(spring, At(2026, 8, 31, "ES4")).Codes());
        Assert.Empty(Judge(spring, At(2026, 9, 1, "ES4")).Alerts);
        Assert.Empty(Judge(spring, At(2026, 9, 1, "ES5")).Alerts);

        static AidEntry At(int year, int month, int day, string stage) =>
            Charity("2", 800m, new DateOnly(year, month, day), "ZX", uscc: Other) with { Stage = stage };
    }

    [Fact]
    public void R41_two_stages_within_one_school_year_contradict_each_other()
    {
        StagedNeed[] needs = [new(Guid.CreateVersion7(), Zhang, "ES3", new(2026, 3, 2)), new(Guid.CreateVersion7(), Zhang, "ES4", new(2026, 5, 2))];

        Assert.Equal(["need.stage_contradiction"], AidReviewRules.Judge(new AidCase { Entries = [], Stages = needs }, Pack).Codes());
        Assert.Empty(AidReviewRules.Judge(new AidCase { Entries = [], Stages = [needs[0], needs[1] with { Day = new(2026, 9, 1) }] }, Pack).Alerts);
    }

    [Fact]
    public void A_house_is_mended_for_all_who_live_in_it()
    {
        var (one, other) = (Charity("1", 900m, kind: "ZJ"), Charity("2", 900m, Day.AddYears(2), "ZJ", person: Li, uscc: Other));

        Assert.Contains("aid.duplicate", Judge(one, other).Codes());
        Assert.Empty(Judge(one, other with { Household = "H2" }).Alerts);
    }

    [Fact]
    public void An_alert_whose_people_were_told_apart_closes_with_that_reason()
    {
        var (one, other) = (Charity("1", 900m), Charity("2", 900m, uscc: Other));
        var open = Judge(one, other).Alerts;
        var apart = Judge(one, other with { Person = Li });

        Assert.Equal(AlertEnd.PersonChanged, AlertFold.Step(open, apart.Alerts, apart.Ledger, apart.Pairs, NoComplements).Closed.Single().Reason);
    }
}
