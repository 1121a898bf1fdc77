using System.Text.Json.Nodes;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Disclosure;
using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using IntegrationHub.Testing.Processes;
using IntegrationHub.Tests.Consent;
using IntegrationHub.Tests.Disclosure;
using NJsonSchema;

namespace IntegrationHub.Tests.Referrals;

/// <summary>Every event of a referral against its promise in contracts/events.</summary>
public sealed class ReferralEventsTests
{
    private static readonly DateTimeOffset At = Ledger.Noon;

    private static readonly ReleaseRow Release = new()
    {
        ReleaseId = new Guid("0195a2c0-0000-7000-8000-000000000013"),
        DecisionId = 1,
        ReferralId = Needs.Open.ReferralId,
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Needs.County.Uscc,
        Purpose = "ZY",
        Items = ["name", "phone"],
        ConsentId = "TY-1",
        ConsentSequence = 1,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = At,
    };

    private static readonly RecallRow Recall = new()
    {
        RecallId = new Guid("0195a2c0-0000-7000-8000-000000000014"),
        ReleaseId = Release.ReleaseId,
        ReferralId = Release.ReferralId,
        Uscc = Release.Uscc,
        Items = Release.Items,
        Reason = RecallReason.Withdrawn,
        IssuedAt = At,
        Deadline = At.AddDays(7),
    };

    private static readonly CorrectionRow Correction = new()
    {
        CorrectionId = new Guid("0195a2c0-0000-7000-8000-000000000015"),
        ReleaseId = Release.ReleaseId,
        ReferralId = Release.ReferralId,
        Uscc = Release.Uscc,
        Items = ["phone"],
        Claimable = true,
        IssuedAt = At,
        Deadline = At.AddDays(7),
    };

    private static readonly KnownNeed Bare = Needs.Open with { Amount = null, VerificationRef = null };

    private static readonly HubEvent[] All =
    [
        ReferralEvents.Offered(Needs.Terms.DataOf(Needs.Open, 1, Needs.County.Uscc, At.AddDays(7), Requests.Policy), At),
        ReferralEvents.Offered(Needs.Terms.DataOf(Bare, 1, Needs.County.Uscc, At, Requests.Policy), At),
        ReferralEvents.Moved("referral.accepted", Needs.Open.ReferralId, Step(ReferralState.Accepted), 2, At),
        ReferralEvents.Moved("referral.lapsed", Needs.Open.ReferralId, Step(ReferralState.Lapsed), 2, At),
        ReferralEvents.Moved("referral.progressed", Needs.Open.ReferralId, Step(ReferralState.InProgress), 3, At),
        ReferralEvents.Moved("referral.completed", Needs.Open.ReferralId, Step(ReferralState.Completed), 4, At),
        ReferralEvents.Declined(
            Needs.Open.ReferralId, Step(ReferralState.Declined) with { Reason = "CAPACITY" }, 2, At),
        ReferralEvents.Withdrawn(
            Needs.Open.ReferralId, Step(ReferralState.Withdrawn) with { Reason = ReasonCode.ConsentWithdrawn }, 2, At),
        ReferralEvents.Cancelled(Needs.Open.ReferralId, 1, Needs.County.Uscc, "NEED_CLOSED", 2, At),
        ReferralEvents.Cancelled(Needs.Open.ReferralId, 1, Needs.County.Uscc, "ORGANISATION_STATUS", 2, At),
        ReferralEvents.Released(Release, 3),
        NoticeEvents.Issued(Recall),
        NoticeEvents.Acked(Recall with { Ack = RecallAck.Deleted }, At),
        NoticeEvents.Issued(Correction),
        NoticeEvents.Acked(Correction, At),
    ];

    [Fact]
    public async Task The_data_of_every_event_match_their_schema()
    {
        foreach (var happened in All)
        {
            var folder = Path.Combine(Checkout.Root, "contracts", "events");
            var schema = await JsonSchema.FromFileAsync(
                Path.Combine(folder, $"{happened.Type}.schema.json"), TestContext.Current.CancellationToken);

            var errors = schema.Definitions["data"].Validate(happened.Data);

            Assert.True(errors.Count == 0, $"{happened.Type}: {string.Join(", ", errors)}");
        }
    }

    [Fact]
    public void R31_P16_no_event_carries_the_persons_key()
    {
        Assert.All(All, happened => Assert.DoesNotContain(
            Requests.Person.ToString("N"), happened.Data, StringComparison.OrdinalIgnoreCase));
        Assert.All(All, happened => Assert.DoesNotContain(
            Requests.Person.ToString("D"), happened.Data, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Two_organisations_know_the_same_person_by_two_names()
    {
        var one = Needs.Terms.DataOf(Needs.Open, 1, Needs.County.Uscc, At, Requests.Policy);
        var other = Needs.Terms.DataOf(Needs.Open, 2, Needs.City.Uscc, At, Requests.Policy);

        Assert.NotEqual(one.PairwiseSubject, other.PairwiseSubject);
        var again = Needs.Terms.DataOf(Needs.Open with { Kind = "ZX" }, 1, Needs.County.Uscc, At, Requests.Policy);
        Assert.Equal(one.PairwiseSubject, again.PairwiseSubject);
    }

    [Fact]
    public void An_offer_tells_the_county_and_a_band_and_neither_the_township_nor_the_amount()
    {
        var data = JsonNode.Parse(
            ReferralEvents.Offered(Needs.Terms.DataOf(Needs.Open, 1, Needs.County.Uscc, At, Requests.Policy), At).Data)!;

        Assert.Equal("410423", (string?)data["division"]);
        Assert.Equal("5000-10000", (string?)data["amountBand"]);
    }

    [Fact]
    public void R05_a_hardship_the_policy_calls_urgent_makes_the_offer_urgent()
    {
        Assert.Equal("URGENT", OfferTerms.PriorityOf(Needs.Open, Requests.Policy));
        Assert.Equal("NORMAL", OfferTerms.PriorityOf(Needs.Open with { Hardship = "HD4" }, Requests.Policy));
    }

    [Fact]
    public void Telling_again_is_the_same_event_and_another_attempt_another()
    {
        var offer = Needs.Terms.DataOf(Needs.Open, 1, Needs.County.Uscc, At, Requests.Policy);

        Assert.Equal(ReferralEvents.Offered(offer, At).EventId, ReferralEvents.Offered(offer, At.AddDays(1)).EventId);
        Assert.NotEqual(
            ReferralEvents.Offered(offer, At).EventId, ReferralEvents.Offered(offer with { Attempt = 2 }, At).EventId);
        Assert.Equal(
            All.Select(happened => (happened.Type, happened.EventId)).Distinct().Count(),
            All.Select(happened => happened.EventId).Distinct().Count());
    }

    private static ReferralStep Step(string state) => new()
    {
        State = state,
        Attempt = 1,
        Uscc = Needs.County.Uscc,
        Mover = ReferralMover.Charity,
    };
}
