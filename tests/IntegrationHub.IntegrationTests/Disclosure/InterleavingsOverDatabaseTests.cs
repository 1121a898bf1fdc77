using System.Globalization;
using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using IntegrationHub.Testing.Consents;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>
/// The interleavings of the unit tests through the functions and the database the hub runs on: routing, answers and claims
/// against the same table. A few stories in the suite, more by <c>HUB_INTERLEAVINGS_DB</c>.
/// </summary>
public sealed class InterleavingsOverDatabaseTests(HubDatabases databases)
{
    private const int Stories = 6;
    private const int Length = 40;

    /// <summary>What the sources of this world have a value for; a diagnosis is not among it.</summary>
    private const int HeldItems = 15;

    private static readonly string[] s_items = ["name", "phone", "need_detail", "cost", "diagnosis"];
    private static readonly string[] s_purposes = ["ZY", "ZX"];
    private static readonly string[] s_organisations = [County, City];
    private static readonly DateOnly s_firstDay = HubCalendar.DayOf(Night);

    // So that every story comes to a claim: a consent for three days, and an organisation that accepted.
    private static readonly Happening[] s_beginning =
    [
        new Happening.Told(new ConsentRow
        {
            Consent = "TY-9",
            Sequence = 1,
            Kind = 'G',
            Evidence = 1_000,
            Purposes = 1,
            Items = 7,
            Organisations = 3,
            Actions = 3,
            Provide = true,
            To = 3,
        }),
        new Happening.Offer(0, 0), new Happening.Accept(0, 0), new Happening.Claim(0, 0, 31, Again: false),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R15_through_the_database_exactly_what_the_table_permits_is_released()
    {
        var count = int.TryParse(
            Environment.GetEnvironmentVariable("HUB_INTERLEAVINGS_DB"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var asked) ? asked : Stories;
        var (permits, refusals) = (0, 0);

        for (var seed = 0; seed < count; seed++)
        {
            await using var world = await ReferralWorld.Open(databases);
            var story = new Story(world, seed);
            foreach (var happening in s_beginning.Concat(Interleaving.Of((ulong)seed, Length)))
                await story.Live(happening);
            if (story.Permits + story.Refusals > 0)
                await ConsentDeskTests.AssertAllAgain(world);
            permits += story.Permits;
            refusals += story.Refusals;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} stories: {permits} permits, {refusals} refusals");
        Assert.True(permits > 0 && refusals > 0);
    }

    private sealed class Story(ReferralWorld world, int seed)
    {
        private readonly ConsentTable _table = new();
        private readonly bool[] _isNormal = [true, true];
        private int _needs;
        private int _changes;

        public int Permits { get; private set; }

        public int Refusals { get; private set; }

        public async Task Live(Happening happening)
        {
            switch (happening)
            {
                case Happening.Told told:
                    _table.Tell(told.Row);
                    await world.Agree(EventOf(told.Row));
                    break;
                case Happening.HoursPass pass:
                    world.Time.Advance(TimeSpan.FromHours(pass.Hours));
                    break;
                case Happening.Status status:
                    _isNormal[status.Organisation] = status.IsNormal;
                    await Register(status.Organisation);
                    break;
                case Happening.Offer:
                    await OpenNeed();
                    await world.Route();
                    break;
                case Happening.Accept when await Holder() is (var referral, var attempt, ReferralState.Offered, { } uscc):
                    await Record.ExceptionAsync(() => world.Answers.Accept(Calling(uscc), referral, attempt, Token)); // it may have lapsed
                    break;
                case Happening.Claim claim when await Holder() is
                    (var referral, var attempt, ReferralState.Accepted or ReferralState.Released, { } uscc):
                    await Claim(referral, attempt, uscc, claim.Items & HeldItems);
                    break;
            }
        }

        private async Task Claim(Guid referral, int attempt, string uscc, int items)
        {
            var organisation = Array.IndexOf(s_organisations, uscc);
            var day = HubCalendar.DayOf(world.Time.GetUtcNow()).DayNumber - s_firstDay.DayNumber;
            var permits = _isNormal[organisation] ? _table.Items(organisation, 0, day, items) : [];
            try
            {
                var body = await world.Claims.Claim(Calling(uscc), referral, attempt, [.. Of(s_items, items)], Token);
                using var answer = JsonDocument.Parse(body);
                var consent = answer.RootElement.GetProperty("consent").GetProperty("id").GetString()!;
                var released = answer.RootElement.GetProperty("items").EnumerateObject()
                    .Sum(item => 1 << Array.IndexOf(s_items, item.Name));
                Assert.True(
                    permits.GetValueOrDefault(consent) == released && released > 0,
                    $"seed {seed}, day {day}: released {released} by {consent}, table {string.Join(' ', permits)}");
                Permits++;
            }
            catch (HubProblemException refusal)
            {
                Assert.True(permits.Count == 0, $"seed {seed}, day {day}: {refusal.Code}, table {string.Join(' ', permits)}");
                Refusals++;
            }
        }

        // What became final is followed by a need of its own.
        private async Task OpenNeed()
        {
            var state = await Holder();
            if (_needs > 0 && (state is null || !ReferralStates.IsFinal(state.Value.State)))
                return;
            _needs++;
            await world.Open(world.Need($"XQ-{_needs}"));
        }

        private Task Register(int organisation)
        {
            var known = organisation == 0 ? Organisation(County, "COUNTY", "410423") : Organisation(City, "CITY", "4104");
            return world.Register(
                world.Time.GetUtcNow().ToUnixTimeMilliseconds() + ++_changes,
                known with { Status = _isNormal[organisation] ? "NORMAL" : "ABNORMAL" });
        }

        private async Task<(Guid Referral, int Attempt, string State, string? Uscc)?> Holder()
        {
            if (_needs == 0)
                return null;
            await using var work = await world.Database.Hub.Begin(Token);
            var referral = await ReferralStore.Lock(work, world.ReferralOf($"XQ-{_needs}"), Token);
            return referral is null ? null : (referral.ReferralId, referral.Attempt, referral.State, referral.Uscc);
        }

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
            EffectiveAt = Night.AddDays(-20),
            ValidFrom = s_firstDay.AddDays(row.From),
            ValidTo = s_firstDay.AddDays(row.To),
        };

        private static IEnumerable<string> Of(string[] names, int mask) => names.Where((_, i) => (mask & (1 << i)) != 0);
    }
}
