using System.Collections.Concurrent;
using System.Globalization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Testing.Consents;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>
/// Stories from seeds, the hub's decisions held against a table that shares no code with them: not one item goes without
/// the table's permit, and not one permit of the table is refused. A few hundred in the suite; as many as
/// <c>HUB_INTERLEAVINGS</c> says on demand.
/// </summary>
public sealed class InterleavingTests
{
    private const int Stories = 400;
    private const int Length = 40;

    [Fact]
    public void R15_in_any_interleaving_exactly_what_the_table_permits_is_told()
    {
        var count = int.TryParse(
            Environment.GetEnvironmentVariable("HUB_INTERLEAVINGS"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var asked) ? asked : Stories;
        var wrong = new ConcurrentBag<string>();
        var (permits, refusals) = (0L, 0L);

        Parallel.For(0, count, seed =>
        {
            var story = new Story();
            foreach (var happening in Interleaving.Of((ulong)seed, Length))
            {
                if (story.Tell(happening) is { } difference)
                    wrong.Add($"seed {seed}: {difference}");
            }

            Interlocked.Add(ref permits, story.Permits);
            Interlocked.Add(ref refusals, story.Refusals);
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} stories: {permits} permits, {refusals} refusals");
        Assert.Empty(wrong);
        Assert.True(permits > count / 10 && refusals > count / 10); // or the stories try nothing
    }

    [Fact]
    public void A_hub_that_forgot_withdrawals_would_be_seen()
    {
        var wrong = Enumerable.Range(0, 100).Sum(seed =>
        {
            var story = new Story { Hears = told => told.Type != ConsentEventType.Withdrawn };
            return Interleaving.Of((ulong)seed, Length).Count(happening => story.Tell(happening) is not null);
        });

        Assert.True(wrong > 0);
    }

    /// <summary>The hub's pure functions and the table, told the same.</summary>
    private sealed class Story
    {
        private static readonly DateOnly s_firstDay = new(2026, 1, 10);
        private static readonly string[] s_items = ["name", "phone", "need_detail", "cost", "diagnosis"];
        private static readonly string[] s_purposes = ["ZY", "ZX"];
        private static readonly string[] s_organisations = [Ledger.CountyCharity, Ledger.MedicalFoundation];

        private readonly ConsentTable _table = new();
        private readonly List<ConsentEvent> _ledger = [];
        private readonly bool[] _isNormal = [true, true];
        private readonly HashSet<(int Organisation, int Purpose)> _offered = [];
        private readonly HashSet<(int Organisation, int Purpose)> _accepted = [];
        private DateTimeOffset _now = HubCalendar.InstantOf(s_firstDay.ToDateTime(new TimeOnly(9, 0)));

        public Func<ConsentEvent, bool> Hears { get; init; } = _ => true;

        public long Permits { get; private set; }

        public long Refusals { get; private set; }

        private int Day => HubCalendar.DayOf(_now).DayNumber - s_firstDay.DayNumber;

        /// <summary>What the hub and the table say otherwise about it, or null.</summary>
        public string? Tell(Happening happening)
        {
            switch (happening)
            {
                case Happening.Told told:
                    _table.Tell(told.Row);
                    var heard = EventOf(told.Row);
                    if (Hears(heard))
                        _ledger.Add(heard);
                    return null;
                case Happening.HoursPass pass:
                    _now += TimeSpan.FromHours(pass.Hours);
                    return null;
                case Happening.Status status:
                    _isNormal[status.Organisation] = status.IsNormal;
                    return null;
                case Happening.Offer offer:
                    return Offer(offer.Organisation, offer.Purpose);
                case Happening.Accept accept:
                    if (_offered.Contains((accept.Organisation, accept.Purpose)))
                        _accepted.Add((accept.Organisation, accept.Purpose));
                    return null;
                case Happening.Claim claim when _accepted.Contains((claim.Organisation, claim.Purpose)):
                    return Claim(claim);
                default:
                    return null;
            }
        }

        private string? Offer(int organisation, int purpose)
        {
            var decision = DisclosureRules.Decide(Request(DisclosureStep.Offer, organisation, purpose, 0));
            var may = _isNormal[organisation] && _table.MayOffer(organisation, purpose, Day);
            if (decision.Permitted)
                _offered.Add((organisation, purpose));
            return decision.Permitted != may || decision.Effective.Count > 0
                ? $"offer on day {Day}: hub {decision.Reason}, table {may}"
                : null;
        }

        private string? Claim(Happening.Claim claim)
        {
            var decision = DisclosureRules.Decide(
                Request(DisclosureStep.Claim, claim.Organisation, claim.Purpose, claim.Items));
            var permits = _isNormal[claim.Organisation]
                ? _table.Items(claim.Organisation, claim.Purpose, Day, claim.Items)
                : [];
            if (decision.Permitted)
                Permits++;
            else
                Refusals++;
            var isRight = decision.Permitted
                ? decision.ConsentId is { } consent && permits.GetValueOrDefault(consent) == MaskOf(decision.Effective)
                    && decision.Effective.Count > 0
                : permits.Count == 0 && decision.Effective.Count == 0;
            return isRight
                ? null
                : $"claim on day {Day}: hub {decision.Reason} {MaskOf(decision.Effective)} by {decision.ConsentId}, "
                    + $"table {string.Join(' ', permits)}";
        }

        private DisclosureRequest Request(DisclosureStep step, int organisation, int purpose, int items) =>
            Requests.Claim() with
            {
                Step = step,
                Recipient = Requests.CountyCharity with
                {
                    Uscc = s_organisations[organisation],
                    Status = _isNormal[organisation] ? "NORMAL" : "ABNORMAL",
                },
                Purpose = s_purposes[purpose],
                Items = [.. Of(s_items, items)],
                Consents = _ledger,
                At = _now,
            };

        // All was signed before the story begins: what matters here is when it arrives.
        private static ConsentEvent EventOf(ConsentRow row) => new()
        {
            ConsentId = row.Consent,
            Sequence = row.Sequence,
            Type = row.Kind switch
            {
                'G' => ConsentEventType.Given,
                'N' => ConsentEventType.Narrowed,
                'R' => ConsentEventType.Renewed,
                _ => ConsentEventType.Withdrawn,
            },
            Capacity = ConsentCapacity.Self,
            Purposes = [.. Of(s_purposes, row.Purposes)],
            Items = [.. Of(s_items, row.Items)],
            RecipientClass = row.WholeClass ? "CHARITY" : null,
            Recipients = [.. Of(s_organisations, row.Organisations)],
            Actions = [.. Of([ConsentAction.Offer, ConsentAction.Detail], row.Actions)],
            Sensitive = row.Sensitive,
            Provide = row.Provide,
            EvidenceHash = $"{row.Evidence}",
            EffectiveAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            ValidFrom = s_firstDay.AddDays(row.From),
            ValidTo = s_firstDay.AddDays(row.To),
        };

        private static IEnumerable<string> Of(string[] names, int mask) =>
            names.Where((_, i) => (mask & (1 << i)) != 0);

        private static int MaskOf(IReadOnlyList<string> items) =>
            items.Sum(item => 1 << Array.IndexOf(s_items, item));
    }
}
