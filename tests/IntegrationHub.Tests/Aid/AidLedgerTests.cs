using CsCheck;
using IntegrationHub.Aid;
using static IntegrationHub.Tests.Aid.Aids;

namespace IntegrationHub.Tests.Aid;

public sealed class AidLedgerTests
{
    [Fact]
    public void Scenario_16_a_reversal_that_comes_before_its_original_takes_nothing_and_then_all()
    {
        var paid = Charity("1", 500m);
        var reversal = Reversal(paid);

        var before = AidLedger.Fold([reversal]);
        Assert.Equal(AidStanding.AwaitsOriginal, before.Positions.Single().Standing);
        Assert.Equal(0m, AidSums.Of(before, []).Total);

        var after = AidLedger.Fold([reversal, paid]);
        Assert.Equal(0m, AidSums.Of(after, []).Total);
        Assert.Empty(after.Counting);
    }

    [Fact]
    public void Scenario_16_a_payment_the_bank_returned_closes_its_alert_with_the_reason()
    {
        var (gov, charity) = (Gov("g", 2_000m), Charity("1", 2_000m, Day.AddDays(9)));
        var open = Judge(gov, charity).Alerts;
        Assert.Equal("aid.duplicate", Assert.Single(open).Code);

        var returned = Judge(gov with { Status = "RETURNED", Version = 2 }, gov, charity);
        var changes = AlertFold.Step(open, returned.Alerts, returned.Ledger, returned.Pairs, new HashSet<(AidRef, AidRef)>());

        Assert.Equal((open[0].AlertId, AlertEnd.Reversed), (changes.Closed.Single().Alert.AlertId, changes.Closed.Single().Reason));
        Assert.Empty(changes.Opened);
    }

    [Fact]
    public void A_correction_is_a_new_version_and_an_older_one_that_comes_late_changes_nothing()
    {
        var first = Charity("1", 500m);
        var corrected = first with { Version = 2, Amount = 450m };

        Assert.Equal(450m, Sums(corrected, first).Charity);
        Assert.Equal(450m, Sums(first, corrected, first).Charity);
    }

    [Fact]
    public void R33_hours_and_times_are_no_money_and_still_help()
    {
        var visits = Charity("1", null, kind: "JN") with { Quantity = 12, Unit = "次" };
        var others = Charity("2", null, kind: "JN", uscc: Other) with { Quantity = 3, Unit = "次" };

        Assert.Equal(0m, Sums(visits, others).Total);
        Assert.Contains("aid.duplicate", Judge(visits, others).Codes());
    }

    [Fact]
    public void Scenario_17_what_the_government_buys_from_a_charity_is_no_charity_money_and_no_duplicate_of_itself()
    {
        var gov = Gov("g", 3_000m, reference: "B-7");
        var reported = Charity("1", 3_000m, funding: AidFunding.GovPurchase, reference: "B-9");

        Assert.Equal((3_000m, 0m, 3_000m, 3_000m), (Sums(gov, reported).Government, Sums(gov, reported).Charity, Sums(gov, reported).Purchased, Sums(gov, reported).Total));
        Assert.Empty(Judge(gov, reported).Alerts);
    }

    [Fact]
    public void More_taken_back_than_was_given_is_told_and_takes_no_more_than_there_was()
    {
        var paid = Charity("1", 500m);

        var found = Judge(paid, Reversal(paid, 600m));

        Assert.Equal(0m, AidSums.Of(found.Ledger, []).Total);
        Assert.Equal("aid.reversal_too_large", found.Alerts.Single().Code);
    }

    [Fact]
    public void Part_of_the_money_may_come_back()
    {
        var paid = Charity("1", 500m);

        Assert.Equal(380m, Sums(Reversal(paid, 120m), paid).Charity);
    }

    [Theory]
    [InlineData("202602", 2, 28, true)]
    [InlineData("202602", 3, 1, false)]
    public void A_month_is_all_of_its_days_and_no_other(string month, int otherMonth, int day, bool isNear) =>
        Assert.Equal(isNear, AidDays.InMonth(month).IsNear(AidDays.On(new DateOnly(2026, otherMonth, day)), 3));

    [Fact]
    public void Money_is_kept_in_any_order_however_often_lines_are_told_and_whatever_is_reversed() =>
        Entries().Sample(entries =>
        {
            var shuffled = entries.Concat(entries.Take(entries.Length / 2)).Reverse().ToArray();
            var (once, again) = (AidLedger.Fold(entries), AidLedger.Fold(shuffled));

            var newest = entries.GroupBy(entry => entry.Ref).Select(same => same.MaxBy(entry => entry.Version)!).ToList();
            var reported = newest.Where(entry => entry.ReversesId is null).Sum(entry => entry.Amount ?? 0);
            return once.Positions.SequenceEqual(again.Positions)
                && once.Positions.Sum(position => position.Net + position.Back) == reported
                && once.Positions.All(position => position.Net >= 0);
        });

    [Fact]
    public void Reversing_everything_leaves_nothing() =>
        Entries().Sample(entries =>
        {
            var paid = entries.Where(entry => entry.ReversesId is null).ToList();
            var newest = paid.GroupBy(entry => entry.Ref).Select(same => same.MaxBy(entry => entry.Version)!);
            return AidSums.Of(AidLedger.Fold([.. newest.Select(entry => Reversal(entry)), .. paid]), []).Total == 0;
        });

    private static Gen<AidEntry[]> Entries() =>
        (from id in Gen.Int[0, 5]
         from version in Gen.Int[1, 3]
         from cents in Gen.Int[1, 100_000]
         from isGov in Gen.Bool
         from isReversal in Gen.Int[0, 3]
         let amount = cents / 100m
         let line = isGov ? Gov($"{id}", amount) : Charity($"{id}", amount)
         select (isReversal == 0 ? Reversal(line) : line) with { Version = version * 1_000_000 + cents })
        .Array[0, 14];
}
