using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>A decision made again from what was kept with it.</summary>
public sealed class DecisionReplayTests
{
    private static readonly Guid Other = new("00000000-0000-0000-0000-000000000021");

    private static readonly DisclosureRequest Asked = (Requests.Claim() with
    {
        Purpose = "ZX",
        Items = ["name", "household", "birth"],
        Read = new Dictionary<Guid, long> { [Requests.Person] = 3 },
        Members =
        [
            new HouseholdMember(new SubjectFacts(Other, "OK", new DateOnly(2018, 1, 1)), "20",
                [Ledger.Given(1, "TY-5") with { Purposes = ["ZX"], Capacity = ConsentCapacity.Guardian }])
            {
                Read = new Dictionary<Guid, long> { [Other] = 4 },
            },
        ],
    }).Agreed(consent => consent with { Purposes = ["ZX"] });

    [Fact]
    public void R01_a_decision_made_again_from_its_facts_is_the_same()
    {
        DisclosureRequest[] requests =
        [
            Asked, Requests.Claim(), Requests.Offer(),
            Requests.Offer() with { ObjectsToMatching = true },
            Requests.Claim() with { Subject = null },
            Requests.Claim() with { Recipient = null },
            Requests.Claim() with { Policy = null },
            Requests.Claim().To(one => one with { Status = "ABNORMAL" }),
            Requests.Claim().To(one => one with { IsCharity = false }),
            Requests.Claim().To(one => one with { Areas = ["410421"] }),
            Requests.Claim().To(one => one with { Scopes = [] }),
            Requests.Claim().To(one => one with { AgreementTo = new DateOnly(2026, 1, 2) }),
            Requests.Claim().To(one => one with { AgreementFrom = new DateOnly(2026, 6, 2) }),
            Requests.Claim().To(one => one with { AgreementId = "" }),
            Requests.Claim().To(one => one with { AgreementItems = ["name"] }),
            Requests.Claim().BornOn(new DateOnly(2015, 1, 1)),
            Requests.Claim().BornOn(new DateOnly(2012, 3, 2)),
            Requests.Claim() with { Subject = Requests.Adult with { BornOn = null } },
            Requests.Claim() with { Subject = Requests.Adult with { State = "DECEASED" } },
            Requests.Claim() with { Division = "410421101" },
            Requests.Claim() with { Items = ["phone"] },
        ];

        Assert.All(requests, request =>
        {
            var made = DisclosureRules.Decide(request);

            var again = Again(Row(request, made), request);

            Assert.NotNull(again);
            Assert.Null(DecisionReplay.DifferenceOf(made, again));
            Assert.Equivalent(made, again, strict: true);
        });
        Assert.Single(DisclosureRules.Decide(Asked).Members);
    }

    [Fact]
    public void What_was_permitted_and_not_held_is_refused_again()
    {
        var row = Row(Requests.Claim(), DisclosureRules.Decide(Requests.Claim()).Refuse(ReasonCode.ItemsEmpty));
        row = row with { Facts = row.Facts! with { NothingHeld = true } };

        Assert.Null(DecisionReplay.DifferenceOf(row.Decision, Again(row, Requests.Claim())!));
        var refused = Requests.Claim() with { Consents = [] };
        var none = Row(refused, DisclosureRules.Decide(refused));
        Assert.Equal(ReasonCode.ConsentNone, Again(none with { Facts = none.Facts! with { NothingHeld = true } }, refused)!.Reason);
    }

    [Fact]
    public void Without_its_facts_nothing_can_be_made_again() =>
        Assert.Null(Again(Row(Asked, DisclosureRules.Decide(Asked)) with { Facts = null }, Asked));

    [Fact]
    public void The_rules_of_its_own_version_are_used_and_no_others()
    {
        var row = Row(Requests.Claim(), DisclosureRules.Decide(Requests.Claim()));

        var unknown = DecisionReplay.Again(row, Ledger.Noon, _ => Requests.Claim().Consents, _ => null);

        Assert.Equal(ReasonCode.PolicyMissing, unknown!.Reason);
        var none = Row(Requests.Claim(), DisclosureRules.Decide(Requests.Claim() with { Policy = null }));
        Assert.Equal("none", DecisionReplay.Again(none, Ledger.Noon, _ => [], _ => Requests.Policy)!.PolicyVersion);
    }

    [Fact]
    public void P16_the_facts_hold_no_birth_date_and_no_name()
    {
        var json = DisclosureFacts.Of(Asked).ToJson();

        Assert.DoesNotContain("1976", json, StringComparison.Ordinal);
        Assert.DoesNotContain("2018", json, StringComparison.Ordinal);
        Assert.DoesNotContain(Requests.CountyCharity.Name, json, StringComparison.Ordinal);
        Assert.Contains("\"OfAge\"", json, StringComparison.Ordinal);
        Assert.Equivalent(DisclosureFacts.Of(Asked), DisclosureFacts.Parse(json), strict: true);
    }

    [Fact]
    public void Each_thing_a_decision_says_is_compared()
    {
        var made = DisclosureRules.Decide(Asked);
        DisclosureDecision[] others =
        [
            made with { Permitted = false }, made with { Reason = ReasonCode.ItemsEmpty }, made with { Effective = ["name"] },
            made with { ConsentId = "TY-9" }, made with { ConsentSequence = 9 }, made with { PolicyVersion = "2027-01" },
            made with { Others = 7 }, made with { Members = [] },
            made with { Members = [made.Members[0] with { PersonKey = Requests.Person }] },
            made with { Members = [made.Members[0] with { Items = ["name"] }] },
            made with { Members = [made.Members[0] with { ConsentId = "TY-9" }] },
        ];

        Assert.Equal(
            [
                "it said permit and would say permit", "it said permit and would say items.empty",
                "it permitted other items", "it rested on another consent", "it rested on another consent",
                "it was made under another policy", .. Enumerable.Repeat("it permitted others of the household", 5),
            ],
            others.Select(other => DecisionReplay.DifferenceOf(made, other)));
    }

    [Fact]
    public void The_ledger_is_read_as_far_as_it_was_read_then()
    {
        var given = Ledger.Given();
        var withdrawn = given.Then(ConsentEventType.Withdrawn, 2);
        LedgerEntry[] entries = [Entry(3, given), Entry(7, withdrawn), Entry(5, Ledger.Given(1, "TY-2"), Other)];
        var book = new ConsentBook(entries);

        Assert.Equal([given], book.AsRead(new Dictionary<Guid, long> { [Requests.Person] = 6 }, Ledger.Noon));
        Assert.Equal(2, book.AsRead(new Dictionary<Guid, long> { [Requests.Person] = 7 }, Ledger.Noon).Count);
        Assert.Equal(2, book.AsRead(new Dictionary<Guid, long> { [Requests.Person] = 3, [Other] = 5 }, Ledger.Noon).Count);
        Assert.Empty(book.AsRead(new Dictionary<Guid, long> { [Requests.Person] = 2 }, Ledger.Noon));
        Assert.Equal(7, book.Of([Requests.Person]).Read[Requests.Person]);
        Assert.Equal(0, book.Of([Guid.Empty]).Read[Guid.Empty]);
    }

    [Fact]
    public void What_the_clock_said_decides_nothing()
    {
        var given = Ledger.Given();
        var expired = given.Then(ConsentEventType.Expired, 1);
        var book = new ConsentBook([Entry(1, given), Entry(2, expired) with { Origin = ConsentOrigin.Clock }]);

        Assert.Equal([given], book.Of([Requests.Person]).Events);
        Assert.Equal(2, book.Of([Requests.Person]).Read[Requests.Person]);
    }

    [Fact]
    public void A_consent_told_of_two_people_gives_neither_anything_once_that_is_known()
    {
        var entry = Entry(1, Ledger.Given()) with { ToldOfOthers = [(Other, Ledger.Noon)] };
        var book = new ConsentBook([entry]);
        var read = new Dictionary<Guid, long> { [Requests.Person] = 1 };

        Assert.Equal(ConsentEventType.Invalidated, book.Of([Requests.Person]).Events.Single().Type);
        Assert.Equal(ConsentEventType.Given, book.Of([Requests.Person, Other]).Events.Single().Type); // one person, two keys
        Assert.Equal(ConsentEventType.Invalidated, book.AsRead(read, Ledger.Noon).Single().Type);
        Assert.Equal(ConsentEventType.Given, book.AsRead(read, Ledger.Noon.AddTicks(-1)).Single().Type);
    }

    private static LedgerEntry Entry(long number, ConsentEvent told, Guid? person = null) => new()
    {
        PersonKey = person ?? Requests.Person,
        Event = told,
        Number = number,
        Origin = ConsentOrigin.Source,
        RecordedAt = Ledger.Noon,
    };

    private static DecisionRow Row(DisclosureRequest request, DisclosureDecision decision) => new()
    {
        Step = request.Step,
        ReferralId = Guid.Empty,
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Ledger.CountyCharity,
        Purpose = request.Purpose,
        Requested = request.Items,
        Decision = decision,
        Facts = DisclosureFacts.Parse(DisclosureFacts.Of(request).ToJson()),
    };

    private static DisclosureDecision? Again(DecisionRow row, DisclosureRequest request) => DecisionReplay.Again(
        row, request.At,
        read => read.ContainsKey(Other) ? request.Members[0].Consents : request.Consents,
        version => version == Requests.Policy.Version ? Requests.Policy : null);
}
