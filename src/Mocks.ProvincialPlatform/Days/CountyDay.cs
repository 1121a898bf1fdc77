using System.Runtime.InteropServices;

namespace Mocks.ProvincialPlatform.Days;

/// <summary>What happens to one county in one day: about 1 % of rows change, 0.1 % come, 0.1 % go.</summary>
internal sealed class CountyDay(Settlers settlers, NeedDesk needs, ConsentDesk consents)
{
    private const double WithdrawnPerDay = 0.01;

    public void Found(County county, int persons, int day)
    {
        settlers.Found(county, persons);
        for (var month = county.FirstMonth; month < PaymentMonth.MonthOf(day); month++)
            county.Payments.Add(Paydays.Pay(county, month));
        needs.Found(county, day - 1);
        Close(county, day, vanishToday: false);
    }

    public void Pass(County county, int day, IEnumerable<(string NeedNo, string Uscc)> accepted)
    {
        var asOf = day - 1;
        foreach (ref var household in CollectionsMarshal.AsSpan(county.Households))
        {
            if (household.State == HouseholdState.Closing)
                household.State = HouseholdState.Gone;
        }

        Close(county, day, vanishToday: true);
        Change(county, day);
        for (var comers = Shares.Of(county, county.Households.Count * 0.001, day, 0); comers > 0; comers--)
            settlers.Arrive(county, asOf);
        RollMonths(county, day);
        Withdraw(county, day);
        needs.Pass(county, asOf, day);
        foreach (var (needNo, uscc) in accepted)
        {
            if (county.FindNeed(needNo) is { } need)
                consents.AskFor(county, need, uscc, asOf);
        }
    }

    /// <summary>0.1 % of households end: half are reported as 注销 first, half just vanish.</summary>
    private static void Close(County county, int day, bool vanishToday)
    {
        foreach (var position in Shares.OneIn(county, 1_000, county.Households.Count, Draw.Closing, day, 0))
        {
            ref var household = ref county.HouseholdAt(position);
            if (household.HasNeed || household.State != HouseholdState.Active)
                continue;
            if (Dice.For(county.Seed, Draw.Closing, position).Chance(0.5))
                Announce(county, position, ref household, day - 1);
            else if (vanishToday)
                household.State = HouseholdState.Gone;
        }
    }

    private static void Announce(County county, int position, ref Household household, int asOf)
    {
        household.State = HouseholdState.Closing;
        household.Version++;
        household.ChangedOn = asOf;
        var recognitions = CollectionsMarshal.AsSpan(county.Recognitions)[household.FirstRecognition..];
        for (var i = 0; i < recognitions.Length && recognitions[i].Household == position; i++)
        {
            recognitions[i].EndedOn = asOf;
            recognitions[i].Version++;
        }
    }

    private static void Change(County county, int day)
    {
        foreach (var position in Shares.OneIn(county, 110, county.Households.Count, Draw.Changes, day, 0))
        {
            ref var household = ref county.HouseholdAt(position);
            if (household.State != HouseholdState.Active)
                continue;
            household.Version++;
            household.ChangedOn = day - 1;
        }

        foreach (var position in Shares.OneIn(county, 100, county.People.Count, Draw.Changes, day, 1))
            county.PersonAt(position).Version++;
        foreach (var position in Shares.OneIn(county, 110, county.Recognitions.Count, Draw.Changes, day, 2))
            county.RecognitionAt(position).Version++;
        foreach (var month in county.Payments)
        {
            var purpose = 3 + (month.Month % PaymentMonth.Shown);
            foreach (var position in Shares.OneIn(county, 100, month.Payments.Length, Draw.Changes, day, purpose))
                month.Payments[position].Version++;
        }
    }

    private static void RollMonths(County county, int day)
    {
        var last = PaymentMonth.MonthOf(day) - 1;
        for (var month = Math.Max(county.Payments[^1].Month + 1, last - PaymentMonth.Shown + 1); month <= last; month++)
            county.Payments.Add(Paydays.Pay(county, month));
        foreach (var old in county.Payments.FindAll(month => month.Month <= last - PaymentMonth.Shown))
        {
            county.Payments.Remove(old);
            county.PaymentsDropped += old.Seen.Count(seen => seen != 0);
        }
    }

    private static void Withdraw(County county, int day)
    {
        foreach (var consent in county.Consents.All)
        {
            var dice = Dice.For(county.Seed, Draw.Withdrawal, consent.No, day);
            if (dice.Chance(WithdrawnPerDay) && consent.IsActive)
            {
                var time = (dice.Between(8, 17) * 10_000) + (dice.Pick(60) * 100) + dice.Pick(60);
                county.Consents.Append(consent, ConsentEvent.Withdrawn, day - 1, time, "本人不愿继续共享");
            }
        }
    }
}
