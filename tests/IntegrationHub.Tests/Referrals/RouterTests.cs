using CsCheck;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using IntegrationHub.Tests.Consent;
using IntegrationHub.Tests.Disclosure;

namespace IntegrationHub.Tests.Referrals;

public sealed class RouterTests
{
    private static readonly HashSet<string> Nobody = [];

    [Fact]
    public void R36_the_countys_charity_comes_before_the_citys_and_the_citys_before_the_provinces() =>
        Assert.Equal(
            [Needs.County.Uscc, Needs.City.Uscc, Needs.Province.Uscc],
            Ranked([Needs.Province, Needs.City, Needs.County], Nobody));

    [Fact]
    public void R36_when_the_county_declined_the_city_is_next_and_not_the_province() =>
        Assert.Equal(Needs.City.Uscc, Ranked([Needs.Province, Needs.City, Needs.County], [Needs.County.Uscc])[0]);

    [Fact]
    public void R22_who_does_not_fit_is_left_out_and_told_why()
    {
        Organisation[] organisations =
        [
            Needs.County,
            Needs.City with { Status = "REVOKED" },
            Needs.OtherCity with { Scopes = ["ZX"] },
            Needs.Province with { Areas = ["410421"] },
        ];

        var choice = ChoiceOf(organisations);

        Assert.Equal([Needs.County], Router.InOrder(choice, Needs.Open.ReferralId));
        Assert.Equal(
            [ReasonCode.RecipientStatus, ReasonCode.RecipientScope, ReasonCode.RecipientArea],
            choice.PassedOver.Select(one => one.Reason));
    }

    [Fact]
    public void R36_a_level_the_policy_does_not_name_is_not_asked()
    {
        var choice = ChoiceOf([Needs.County with { Level = "VILLAGE" }]);

        Assert.Empty(Router.InOrder(choice, Needs.Open.ReferralId));
        Assert.Equal([new PassedOver(Needs.County.Uscc, ReasonCode.RecipientLevel)], choice.PassedOver);
    }

    [Fact]
    public void The_order_does_not_depend_on_the_order_of_the_directory() =>
        Gen.Shuffle(new[] { Needs.County, Needs.City, Needs.OtherCity, Needs.Province }).Sample(shuffled =>
            Assert.Equal(
                Ranked([Needs.County, Needs.City, Needs.OtherCity, Needs.Province], Nobody), Ranked(shuffled, Nobody)));

    [Fact]
    public void Equals_share_the_needs_between_them_and_a_newcomer_moves_only_the_needs_it_wins()
    {
        var needs = Enumerable.Range(0, 600)
            .Select(n => Needs.Open with { SourceKey = new Guid(n, 0, 0, new byte[8]) }).ToList();
        var newcomer = Needs.City with { Uscc = "52410499501000076E" };

        var before = needs.ConvertAll(need => First(need, [Needs.City, Needs.OtherCity]));
        var after = needs.ConvertAll(need => First(need, [Needs.City, Needs.OtherCity, newcomer]));

        Assert.InRange(before.Count(uscc => uscc == Needs.City.Uscc), 240, 360);
        Assert.InRange(after.Count(uscc => uscc == newcomer.Uscc), 140, 260);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.Second == newcomer.Uscc));
    }

    private static string First(KnownNeed need, Organisation[] organisations) =>
        Router.InOrder(ChoiceOf(organisations), need.ReferralId).First().Uscc;

    private static List<string> Ranked(Organisation[] organisations, HashSet<string> tried) =>
        [
            .. Router.InOrder(ChoiceOf(organisations), Needs.Open.ReferralId).Select(one => one.Uscc)
                .Where(uscc => !tried.Contains(uscc)),
        ];

    private static Choice ChoiceOf(Organisation[] organisations) => Router.ChoiceFor(
        Needs.Open.Kind, Needs.Open.Division, organisations, Requests.Policy.Routing.Levels, HubCalendar.DayOf(Ledger.Noon));
}
