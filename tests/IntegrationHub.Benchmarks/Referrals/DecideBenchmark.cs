using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Benchmarks.Referrals;

/// <summary>Decisions per second on one core, without a database: may this be told, and to whom does this need go?</summary>
internal static class DecideBenchmark
{
    private const int Repeats = 5;

    private static readonly DateTimeOffset s_at = new(2026, 3, 2, 2, 0, 0, TimeSpan.FromHours(8));

    public static Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var contracts = Path.Combine(AppContext.BaseDirectory, "contracts");
        var policies = PolicyFile.Book(contracts);
        var ground = new RoutingGround(
            [.. Enumerable.Range(0, RoutingData.Organisations).Select(RoutingData.OrganisationOf)],
            new OfferTerms(policies, WorkingDays.Load(contracts), new Keyring(new byte[32])), s_at);
        var one = CaseOf(ground);
        var claim = ClaimOf(one, ground);
        var sample = DisclosureRules.Decide(claim);
        if (!sample.Permitted || RoutingRules.Decide(one, ground).Steps.Count != 1)
            throw new BenchmarkFailedException($"The cases are not what they should be: {sample.Reason}.");
        IReadOnlyList<Figure> figures =
        [
            Measure("decide", "one claim with three consents, decided", () => DisclosureRules.Decide(claim), sample, options.Rows[0]),
            Measure(
                "route one", "one need judged, ranked among forty organisations and offered",
                () => RoutingRules.Decide(one, ground), sample, options.Rows[0]),
        ];
        return Task.FromResult(figures);
    }

    private static Figure Measure(string name, string what, Func<object> decide, DisclosureDecision sample, int times)
    {
        Rate(decide, times / 10);
        Rate(() => JsonSerializer.SerializeToUtf8Bytes(sample, JsonSerializerOptions.Web), times / 10);
        var rates = Enumerable.Range(0, Repeats).Select(_ => (
            Floor: Rate(() => JsonSerializer.SerializeToUtf8Bytes(sample, JsonSerializerOptions.Web), times),
            Hub: Rate(decide, times))).ToList();
        return new Figure
        {
            Case = name,
            Unit = "decisions/s",
            Floor = Math.Round(Figure.Median(rates.Select(rate => rate.Floor))),
            Hub = Math.Round(Figure.Median(rates.Select(rate => rate.Hub))),
            RssMb = (int)(Environment.WorkingSet >> 20),
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"{times:N0} times on one core; hub = {what}; floor = writing one decision as JSON, which keeping it costs at least; median of {Repeats}"),
        };
    }

    private static double Rate(Func<object> work, int times)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            GC.KeepAlive(work());
        return times / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static RoutingCase CaseOf(RoutingGround ground) => new()
    {
        Need = RoutingData.Need,
        Subject = new SubjectFacts(RoutingData.Need.PersonKey, "OK", new DateOnly(1976, 5, 12)),
        Recognitions = [new Recognition("LI1", ground.Day.AddYears(-1), null)],
        Consents = [RoutingData.Consent("TY-1"), RoutingData.Consent("TY-2"), RoutingData.Consent("TY-3")],
    };

    private static DisclosureRequest ClaimOf(RoutingCase one, RoutingGround ground) => new()
    {
        Step = DisclosureStep.Claim,
        Subject = one.Subject,
        Recipient = RoutingData.OrganisationOf(0),
        Consents = [.. one.Consents.Select(consent => consent with { Recipients = [RoutingData.OrganisationOf(0).Uscc], RecipientClass = null })],
        Purpose = one.Need.Kind,
        Division = one.Need.Division,
        Items = ground.Policy!.WhitelistOf(one.Need.Kind), // the pack of the software is in force on this day
        Policy = ground.Policy,
        At = ground.At,
    };
}
