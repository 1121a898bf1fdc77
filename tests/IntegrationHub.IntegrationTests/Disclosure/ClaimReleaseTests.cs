using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

public sealed class ClaimReleaseTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R16_P11_a_claim_gives_exactly_the_agreed_items_and_its_proof_is_written_with_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        var body = await world.Claims.Claim(Calling(County), referral, 1, null, Token);

        using var answer = JsonDocument.Parse(body);
        var releaseId = answer.RootElement.GetProperty("releaseId").GetString();
        var digest = Convert.ToHexStringLower(SHA256.HashData(body));
        Assert.Equal(
            ["cost", "id_no", "name", "need_detail", "phone"],
            answer.RootElement.GetProperty("items").EnumerateObject().Select(item => item.Name));
        Assert.Equal(Name, answer.RootElement.GetProperty("items").GetProperty("name").GetString());
        Assert.Equal(IdOf(1), answer.RootElement.GetProperty("items").GetProperty("id_no").GetString());
        Assert.Equal("6000.00", answer.RootElement.GetProperty("items").GetProperty("cost").GetString());
        Assert.Equal("TY-2", answer.RootElement.GetProperty("consent").GetProperty("id").GetString());
        Assert.Equal(
            $"{releaseId} {digest} name,id_no,phone,need_detail,cost TY-2 1 2026-01",
            await world.Database.Ask(
                """
                select release_id, encode(digest, 'hex'), array_to_string(items, ','), consent_id, sends, policy_version
                  from disclosure.release
                """));
        Assert.Equal("RELEASED RELEASED 3", await world.Database.Ask(
            """
            select r.state, t.state, r.version
              from referrals.referral r
              join referrals.attempt t using (referral_id)
            """));
        Assert.Equal("CLAIM True permit", await world.Database.Ask(
            "select step, permitted, reason from disclosure.decision d join disclosure.release using (decision_id)"));
        Assert.Equal("referral.released", (await world.Told())[^1].Type);
        Assert.Null((await world.Told())[^1].Recipient);
    }

    [Fact]
    public async Task Scenario_24_a_claim_asked_again_is_the_same_release_to_the_byte_and_counted()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        var first = await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        world.Time.Advance(TimeSpan.FromMinutes(3));
        var again = await world.Claims.Claim(Calling(County), referral, 1, ["phone", "name"], Token);

        Assert.Equal(first, again);
        Assert.Equal("1 2", await world.Database.Ask("select count(*), max(sends) from disclosure.release"));
        Assert.Equal("2", await world.Database.Ask(
            "select count(*) from disclosure.decision where step = 'CLAIM' and permitted"));
        Assert.Single(await world.Told(), told => told.Type == "referral.released");
    }

    [Fact]
    public async Task Scenario_24_many_claims_at_once_are_one_release()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        var bodies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token), Token)));

        Assert.All(bodies, body => Assert.Equal(bodies[0], body));
        Assert.Equal("1 8", await world.Database.Ask("select count(*), max(sends) from disclosure.release"));
        Assert.Equal(
            "1", await world.Database.Ask("select count(*) from referrals.transition where state = 'RELEASED'"));
    }

    [Fact]
    public async Task P11_other_bytes_are_another_release()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        await world.Know(1, phone: "示例电话二", version: 2);
        await world.Claims.Claim(Calling(County), referral, 1, ["name", "phone"], Token);

        Assert.Equal(
            "3 3", await world.Database.Ask("select count(*), count(distinct digest) from disclosure.release"));
        Assert.Equal(3, (await world.Told()).Count(told => told.Type == "referral.released"));
    }

    [Fact]
    public async Task R15_Scenario_01_a_consent_withdrawn_a_moment_ago_stops_the_claim_and_the_refusal_is_on_record()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Agree(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        Assert.Equal(ReasonCode.ConsentWithdrawn, refused.Code);
        Assert.Equal("False consent.withdrawn TY-2 2", await world.Database.Ask(
            "select permitted, reason, consent_id, consent_sequence from disclosure.decision where step = 'CLAIM'"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.release"));
        Assert.Equal("ACCEPTED", await world.Database.Ask("select state from referrals.referral"));
        Assert.Equal(
            "claim.refused", await world.Database.Ask("select action from audit.entry order by sequence desc limit 1"));
    }

    [Fact]
    public async Task P07_a_claim_repeated_after_the_withdrawal_is_refused_before_and_after_routing_has_seen_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, null, Token);
        await world.Agree(
            Withdrawal(ToClass(), world.Time.GetUtcNow()), Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));

        var before = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));
        await world.Route();
        var after = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        Assert.Equal((ReasonCode.ConsentWithdrawn, ReasonCode.ConsentWithdrawn), (before.Code, after.Code));
        Assert.Equal("1 1", await world.Database.Ask("select count(*), max(sends) from disclosure.release"));
    }

    [Fact]
    public async Task A_withdrawn_referral_gives_nothing_even_if_a_new_consent_would_permit()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Agree(
            Withdrawal(ToClass(), world.Time.GetUtcNow()), Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));
        await world.Route();
        await world.Agree(Named("TY-3", County));

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        Assert.Equal("referral.not_active", refused.Code);
        Assert.Equal("0 0", await world.Database.Ask(
            """
            select (select count(*) from disclosure.release)
                 , (select count(*) from disclosure.decision where step = 'CLAIM')
            """));
    }

    [Fact]
    public async Task P01_Scenario_07_a_class_consent_waits_for_the_name_and_the_case_stays_with_the_organisation()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token));
        await world.Agree(Named("TY-2", County));
        var body = await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token);

        Assert.Equal(ReasonCode.ConsentNeedNamed, refused.Code);
        Assert.Contains(Name, Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario_13_an_organisation_that_lost_its_standing_gets_nothing_and_the_need_goes_to_another()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Register(Organisation(County, "COUNTY", "410423") with { Status = "REVOKED" });

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));
        Assert.Equal(
            "READY recipient.status", await world.Database.Ask("select state, reason from referrals.referral"));
        await world.Route();

        Assert.Equal(ReasonCode.RecipientStatus, refused.Code);
        Assert.Equal(
            $"OFFERED 2 {City}", await world.Database.Ask("select state, attempt, uscc from referrals.referral"));
        var told = Assert.Single(await world.Told(), told => told.Type == "referral.cancelled");
        Assert.Equal(County, told.Recipient);
        Assert.Contains("ORGANISATION_STATUS", told.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_organisation_learns_no_more_than_a_stranger()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        var other = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(City), referral, 1, null, Token));
        var nothing = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(City), Guid.Empty, 1, null, Token));

        Assert.Equal(("referral.not_found", "referral.not_found"), (other.Code, nothing.Code));
        Assert.Equal(other.Message, nothing.Message);
    }

    [Fact]
    public async Task An_offer_that_was_not_accepted_gives_nothing()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass(), Named("TY-2", County));
        await world.Open(world.Need("XQ-1"));
        await world.Route();

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, null, Token));

        Assert.Equal("referral.illegal_step", refused.Code);
    }

    [Fact]
    public async Task P13_of_a_person_whose_key_is_gone_nothing_can_be_given()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Database.Run("delete from protection.subject_key");

        var refused = await Assert.ThrowsAsync<HubProblemException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        Assert.Equal(ReasonCode.ItemsEmpty, refused.Code);
    }

    [Fact]
    public async Task What_a_caller_makes_up_as_an_item_is_neither_released_nor_kept()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        await world.Claims.Claim(Calling(County), referral, 1, ["name", "shoe_size", IdOf(1)], Token);

        Assert.Equal("name name", await world.Database.Ask(
            """
            select array_to_string(requested, ','), array_to_string(effective, ',')
              from disclosure.decision
             where step = 'CLAIM'
            """));
    }

    [Fact]
    public async Task P16_nothing_that_names_a_person_is_in_the_outbox_the_audit_or_the_history_and_the_chain_holds()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, null, Token);

        var everything = await world.Database.Ask(
            """
            select (select string_agg(convert_from(body, 'UTF8'), ' ') from outbox.message)
                 , (select string_agg(entry::text, ' ') from audit.entry entry)
                 , (select string_agg(decision::text, ' ') from disclosure.decision decision)
                 , (select string_agg(release::text, ' ') from disclosure.release release)
                 , (select string_agg(moved::text, ' ') from referrals.transition moved)
            """);

        Assert.Contains("referral.released", everything, StringComparison.Ordinal);
        foreach (var personal in (string[])[Name, Phone, IdOf(1), "示例路", "手术"])
            Assert.DoesNotContain(personal, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(
            world.KeyOf(1).ToString(),
            string.Join(' ', (await world.Told()).Select(told => told.Data)), StringComparison.OrdinalIgnoreCase);
        await using var work = await world.Database.Hub.Begin(Token);
        Assert.Null((await AuditLog.Verify(work, Token)).Broken);
    }

    [Fact]
    public async Task If_the_proof_cannot_be_written_nothing_is_given_and_nothing_has_moved()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Database.Run("alter table disclosure.release add constraint closed check (sends = 0) not valid");

        await Assert.ThrowsAnyAsync<Npgsql.PostgresException>(
            () => world.Claims.Claim(Calling(County), referral, 1, null, Token));

        Assert.Equal("ACCEPTED", await world.Database.Ask("select state from referrals.referral"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.decision where step = 'CLAIM'"));
    }

    [Fact]
    public async Task The_office_opens_nobody_but_the_one_that_was_decided_about()
    {
        await using var world = await ReferralWorld.Open(databases);
        var office = new ReleaseOffice(new Protection.Keyring(new byte[32]), null!); // it refuses before it counts
        await using var work = await world.Database.Hub.Begin(Token);
        var order = new ReleaseOrder(Guid.Empty, 1, world.KeyOf(1), County);
        var request = new DisclosureRequest
        {
            Step = DisclosureStep.Claim,
            Subject = new SubjectFacts(world.KeyOf(2), "OK", new DateOnly(1976, 5, 12)),
            Recipient = null,
            Consents = [],
            Purpose = "ZY",
            Division = "410423",
            Policy = null,
            At = Night,
        };

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => office.Release(work, order, request, new SealedFile(null, null, Guid.Empty), Token));
    }
}
