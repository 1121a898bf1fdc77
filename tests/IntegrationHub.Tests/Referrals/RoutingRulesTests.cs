using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using IntegrationHub.Tests.Consent;
using IntegrationHub.Tests.Disclosure;

namespace IntegrationHub.Tests.Referrals;

public sealed class RoutingRulesTests
{
    private static readonly RoutingGround Ground = new(
        [Needs.County, Needs.City, Needs.Province], Needs.Terms, Ledger.Noon);

    private static readonly ConsentEvent[] Withdrawn =
        [Ledger.GivenToClass(), Ledger.GivenToClass().Then(ConsentEventType.Withdrawn, 2)];

    private static readonly RoutingCase New = new()
    {
        Need = Needs.Open,
        Subject = Requests.Adult,
        Consents = [Ledger.GivenToClass()],
    };

    [Fact]
    public void R36_a_new_need_is_offered_to_the_nearest_that_may_be_told_and_the_permit_is_kept()
    {
        var outcome = RoutingRules.Decide(New, Ground);

        var step = Assert.Single(outcome.Steps);
        Assert.Equal((ReferralState.Offered, 1, Needs.County.Uscc), (step.State, step.Attempt, step.Uscc));
        Assert.Equal(Needs.Terms.ExpiryOf(Ledger.Noon, Requests.Policy, "ZY"), step.ExpiresAt);
        var row = Assert.Single(outcome.Decisions);
        Assert.True(row.Decision.Permitted);
        Assert.Equal((Needs.County.Uscc, 1), (row.Uscc, row.Attempt));
    }

    [Fact]
    public void A_need_goes_past_the_nearest_to_the_first_the_person_agreed_to()
    {
        var named = Ledger.Given() with { Recipients = [Needs.City.Uscc] };

        var outcome = RoutingRules.Decide(New with { Consents = [named] }, Ground);

        Assert.Equal(Needs.City.Uscc, Assert.Single(outcome.Steps).Uscc);
        Assert.True(Assert.Single(outcome.Decisions).Decision.Permitted);
    }

    [Fact]
    public void R15_without_consent_the_need_waits_for_it_and_nobody_is_told()
    {
        var outcome = RoutingRules.Decide(New with { Consents = [] }, Ground);

        var step = Assert.Single(outcome.Steps);
        Assert.Equal((ReferralState.AwaitConsent, ReasonCode.ConsentNone), (step.State, step.Reason));
        Assert.Equal((0, null), (step.Attempt, step.Uscc));
        Assert.False(Assert.Single(outcome.Decisions).Decision.Permitted);
    }

    [Fact]
    public void R22_without_anyone_who_fits_the_need_is_ready_and_waits()
    {
        var outcome = RoutingRules.Decide(New, Ground with { Organisations = [Needs.County with { Scopes = ["ZX"] }] });

        Assert.Equal(ReferralState.Ready, Assert.Single(outcome.Steps).State);
        Assert.Empty(outcome.Decisions);
    }

    [Fact]
    public void Scenario_12_a_person_in_doubt_stays_a_draft()
    {
        var outcome = RoutingRules.Decide(New with { Subject = Requests.Adult with { State = "CONFLICT" } }, Ground);

        Assert.Equal(
            (ReferralState.Draft, ReasonCode.IdentityConflict), (outcome.Steps[0].State, outcome.Steps[0].Reason));
    }

    [Theory]
    [InlineData(ReferralState.AwaitConsent, ReasonCode.ConsentNone)]
    [InlineData(ReferralState.Ready, null)]
    public void A_night_that_finds_nothing_new_takes_no_step(string state, string? reason)
    {
        var waiting = New with { Consents = [], Referral = Needs.Referral(state, attempt: 0) with { Reason = reason } };
        var ground = state == ReferralState.Ready ? Ground with { Organisations = [] } : Ground;

        Assert.Empty(RoutingRules.Decide(waiting, ground).Steps);
    }

    [Fact]
    public void A_need_that_waited_is_offered_when_consent_has_come()
    {
        var waiting = New with { Referral = Needs.Referral(ReferralState.AwaitConsent, attempt: 0) };

        Assert.Equal(ReferralState.Offered, Assert.Single(RoutingRules.Decide(waiting, Ground).Steps).State);
    }

    [Theory]
    [InlineData(ReferralState.Offered)]
    [InlineData(ReferralState.Accepted)]
    [InlineData(ReferralState.Released)]
    [InlineData(ReferralState.InProgress)]
    public void A_referral_that_an_organisation_holds_rightly_stays_where_it_is(string state)
    {
        var outcome = RoutingRules.Decide(Held(state), Ground);

        Assert.Empty(outcome.Steps);
        Assert.True(Assert.Single(outcome.Decisions).Decision.Permitted);
    }

    [Theory]
    [InlineData(ReferralState.Offered)]
    [InlineData(ReferralState.Accepted)]
    [InlineData(ReferralState.Released)]
    [InlineData(ReferralState.InProgress)]
    public void Scenario_01_when_the_consent_is_withdrawn_so_is_the_referral_and_the_refusal_names_the_event(
        string state)
    {
        var withdrawn = Held(state) with { Consents = Withdrawn };

        var outcome = RoutingRules.Decide(withdrawn, Ground);

        var step = Assert.Single(outcome.Steps);
        Assert.Equal((ReferralState.Withdrawn, ReferralState.Withdrawn), (step.State, step.AttemptState));
        Assert.Equal(ReasonCode.ConsentWithdrawn, step.Reason);
        Assert.Equal(2, Assert.Single(outcome.Decisions).Decision.ConsentSequence);
    }

    [Fact]
    public void Scenario_02_when_the_consent_a_release_rested_on_is_withdrawn_the_offers_consent_does_not_help()
    {
        var named = Ledger.Given(1, "TY-2");
        var released = Held(ReferralState.Released) with
        {
            Consents = [Ledger.GivenToClass(), named, named.Then(ConsentEventType.Withdrawn, 4)],
            Releases = [Release("TY-2")],
        };

        var outcome = RoutingRules.Decide(released, Ground);

        Assert.Equal(
            (ReferralState.Withdrawn, ReasonCode.ConsentWithdrawn), (outcome.Steps[0].State, outcome.Steps[0].Reason));
        Assert.Equal(
            ("TY-2", 4), (outcome.Decisions[0].Decision.ConsentId, outcome.Decisions[0].Decision.ConsentSequence));
        Assert.Empty(RoutingRules.Decide(released with { Releases = [Release("TY-1")] }, Ground).Steps);
    }

    [Fact]
    public void What_only_ran_out_is_no_revocation_of_what_was_released()
    {
        var expired = new[] { Ledger.GivenToClass() with { ValidTo = new DateOnly(2026, 3, 1) } };

        var accepted = Held(ReferralState.Accepted) with { Consents = expired };
        Assert.Equal(ReferralState.Withdrawn, RoutingRules.Decide(accepted, Ground).Steps[0].State);
        Assert.Empty(RoutingRules.Decide(Held(ReferralState.Released) with { Consents = expired }, Ground).Steps);
    }

    [Fact]
    public void Scenario_08_a_guardians_consent_that_ran_out_holds_the_referral_and_does_not_end_it()
    {
        var grown = Held(ReferralState.Accepted) with
        {
            Subject = Requests.Adult with { BornOn = new DateOnly(2012, 3, 2) },
            Consents = [Ledger.GivenToClass() with { Capacity = ConsentCapacity.Guardian }],
        };

        var outcome = RoutingRules.Decide(grown, Ground);

        Assert.Empty(outcome.Steps);
        Assert.Equal(ReasonCode.ConsentGuardian, Assert.Single(outcome.Decisions).Decision.Reason);
    }

    [Fact]
    public void R24_an_offer_without_an_answer_lapses_and_goes_to_the_next_as_a_new_attempt()
    {
        var late = Held(ReferralState.Offered) with
        {
            Referral = Needs.Referral(ReferralState.Offered, Needs.County.Uscc) with { ExpiresAt = Ledger.Noon },
        };

        var outcome = RoutingRules.Decide(late, Ground);

        Assert.Equal([ReferralState.Lapsed, ReferralState.Offered], outcome.Steps.Select(step => step.State));
        Assert.Equal([Needs.County.Uscc, Needs.City.Uscc], outcome.Steps.Select(step => step.Uscc));
        Assert.Equal([1, 2], outcome.Steps.Select(step => step.Attempt));
    }

    [Fact]
    public void R24_when_the_last_offer_lapsed_the_need_is_ready_for_whoever_joins()
    {
        var late = Held(ReferralState.Offered) with
        {
            Referral = Needs.Referral(ReferralState.Offered, Needs.County.Uscc) with { ExpiresAt = Ledger.Noon },
        };

        var outcome = RoutingRules.Decide(late, Ground with { Organisations = [Needs.County] });

        Assert.Equal([ReferralState.Lapsed, ReferralState.Ready], outcome.Steps.Select(step => step.State));
    }

    [Fact]
    public void R36_a_declined_need_goes_to_the_next()
    {
        var declined = Held(ReferralState.Declined);

        var step = Assert.Single(RoutingRules.Decide(declined, Ground).Steps);

        Assert.Equal((ReferralState.Offered, 2, Needs.City.Uscc), (step.State, step.Attempt, step.Uscc));
    }

    [Theory]
    [InlineData(ReferralState.Offered)]
    [InlineData(ReferralState.Accepted)]
    public void Scenario_13_an_organisation_that_lost_its_standing_loses_the_case_and_another_is_asked(string state)
    {
        var outcome = RoutingRules.Decide(
            Held(state), Ground with { Organisations = [Needs.County with { Status = "REVOKED" }, Needs.City] });

        Assert.Equal([ReferralState.Ready, ReferralState.Offered], outcome.Steps.Select(step => step.State));
        Assert.Equal(
            (ReferralState.Cancelled, ReasonCode.RecipientStatus),
            (outcome.Steps[0].AttemptState, outcome.Steps[0].Reason));
        Assert.Equal(Needs.City.Uscc, outcome.Steps[1].Uscc);
    }

    [Theory]
    [InlineData(ReferralState.AwaitConsent, null)]
    [InlineData(ReferralState.Offered, ReferralState.Cancelled)]
    [InlineData(ReferralState.InProgress, ReferralState.Cancelled)]
    public void A_need_that_was_closed_or_expired_ends_its_referral(string state, string? attempt)
    {
        var closed = Held(state) with { Need = Needs.Open with { Status = "CLOSED" } };
        var expired = Held(state) with { Need = Needs.Open with { ExpiresOn = new DateOnly(2026, 3, 1) } };
        var lastDay = Held(state) with { Need = Needs.Open with { ExpiresOn = new DateOnly(2026, 3, 2) } };

        Assert.All([closed, expired], one =>
        {
            var step = Assert.Single(RoutingRules.Decide(one, Ground).Steps);
            Assert.Equal((ReferralState.Cancelled, attempt), (step.State, step.AttemptState));
        });
        Assert.DoesNotContain(
            RoutingRules.Decide(lastDay, Ground).Steps, step => step.State == ReferralState.Cancelled);
    }

    [Fact]
    public void A_closed_need_without_a_referral_gets_none() =>
        Assert.Empty(RoutingRules.Decide(New with { Need = Needs.Open with { Status = "CLOSED" } }, Ground).Steps);

    [Theory]
    [InlineData(ReferralState.Completed)]
    [InlineData(ReferralState.Withdrawn)]
    [InlineData(ReferralState.Cancelled)]
    public void What_is_final_stays(string state)
    {
        var outcome = RoutingRules.Decide(Held(state), Ground);

        Assert.Empty(outcome.Steps);
        Assert.Empty(outcome.Decisions);
    }

    [Fact]
    public void Every_step_it_takes_is_in_the_table_of_states()
    {
        string[] states =
        [
            ReferralState.Draft, ReferralState.AwaitConsent, ReferralState.Ready, ReferralState.Offered,
            ReferralState.Accepted, ReferralState.Released, ReferralState.InProgress, ReferralState.OnHold,
            ReferralState.AidedPartial, ReferralState.Declined, ReferralState.Lapsed, ReferralState.Failed,
        ];
        RoutingCase[] cases = [.. states.Select(Held)];
        Organisation[][] directories = [[], [Needs.County], [Needs.City], [Needs.County with { Status = "REVOKED" }]];
        IReadOnlyList<ConsentEvent>[] consents =
            [[], [Ledger.GivenToClass()], Withdrawn];

        foreach (var one in from held in cases from told in consents select held with { Consents = told })
        {
            foreach (var directory in directories)
            {
                var from = one.Referral!.State; // Held gives every case a referral
                foreach (var step in RoutingRules.Decide(one, Ground with { Organisations = directory }).Steps)
                {
                    Assert.True(
                        ReferralStates.Allows(from, step.State, step.Mover), $"{from} to {step.State} by {step.Mover}");
                    from = step.State;
                }
            }
        }
    }

    private static RoutingCase Held(string state) => New with
    {
        Referral = Needs.Referral(state, Needs.County.Uscc) with { ExpiresAt = Ledger.Noon.AddDays(3) },
        Tried = new HashSet<string> { Needs.County.Uscc },
    };

    private static ReleaseRow Release(string consentId) => new()
    {
        ReleaseId = Guid.Empty,
        DecisionId = 1,
        ReferralId = Needs.Open.ReferralId,
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Needs.County.Uscc,
        Purpose = "ZY",
        Items = ["name"],
        ConsentId = consentId,
        ConsentSequence = 1,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = Ledger.Noon,
    };
}
