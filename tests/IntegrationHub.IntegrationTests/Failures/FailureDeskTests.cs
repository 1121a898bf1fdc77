using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Failures;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline.Redrive;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static IntegrationHub.IntegrationTests.Failures.RedriveWorld;

namespace IntegrationHub.IntegrationTests.Failures;

public sealed class FailureDeskTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failures_are_grouped_by_cause_and_place_and_the_counts_hold_before_and_after_they_are_folded()
    {
        await using var world = await Open(databases);
        await world.FailMany(3);
        await world.Fail(new RouteNeeds(), "hub.route-needs");
        await world.Fail(cause: new TimeoutException());
        await world.Fail(cause: new HubProblemException("partner.rejected", "", ""));
        await world.Failed.Discard(Wang, [1], "a test", Token);

        for (var folded = 0; folded < 2; folded++)
        {
            var groups = await world.Failed.Groups(Wang, all: false, Token);
            Assert.Equal(
                [
                    "2/3 hub.review-person System.InvalidOperationException ",
                    "1/1 hub.review-person IntegrationHub.Contracts.HubProblemException partner.rejected",
                    "1/1 hub.review-person System.TimeoutException ",
                    "1/1 hub.route-needs System.InvalidOperationException ",
                ],
                groups.Select(group => $"{group.Open}/{group.Failed} {group.Endpoint} {group.ExceptionType} {group.ProblemCode}")
                    .OrderByDescending(line => line[0]).ThenBy(line => line, StringComparer.Ordinal));
            Assert.All(groups, group => Assert.Equal((group.Failed, 0), (group.ThisWeek, group.LastWeek)));
            await Care(world).LookAfter(Token);
            Assert.Equal("0", await world.Database.Ask("select count(*) from failures.tally"));
        }
    }

    [Fact]
    public async Task A_group_has_an_owner_a_state_a_note_and_a_day_and_two_people_do_not_overwrite_each_other()
    {
        await using var world = await Open(databases);
        await world.Fail();
        var group = (await world.Failed.Groups(Wang, false, Token)).Single();

        var changed = await world.Failed.ChangeGroup(
            Wang, group.GroupId,
            new GroupChange
            {
                State = GroupState.Investigating, Owner = "li", Note = "the partner is told", Ticket = "T-1", DueOn = new(2026, 3, 9),
                ExpectedVersion = group.Version,
            },
            Token);

        Assert.Equal(
            (GroupState.Investigating, "li", "the partner is told", "T-1", new DateOnly(2026, 3, 9)),
            (changed.State, changed.Owner, changed.Note, changed.Ticket, changed.DueOn!.Value));
        var refused = await Assert.ThrowsAsync<HubProblemException>(() => world.Failed.ChangeGroup(
            Li, group.GroupId, new GroupChange { Owner = "wang", ExpectedVersion = group.Version }, Token));
        Assert.Equal(("failure.moved", changed.Version), (refused.Code, refused.Version));

        var until = world.Referrals.Time.GetUtcNow().AddDays(2);
        Assert.Equal(
            GroupState.Muted,
            (await world.Failed.ChangeGroup(Wang, group.GroupId, new GroupChange { State = GroupState.Muted, MutedUntil = until }, Token)).State);
        world.Referrals.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(GroupState.New, (await world.Failed.Groups(Wang, false, Token)).Single().State); // it speaks again by itself
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_by_what_it_is_filtered_by()
    {
        await using var world = await Open(databases);
        for (var i = 0; i < 25; i++)
        {
            await world.Fail(i % 5 == 0 ? new RouteNeeds() : null, i % 5 == 0 ? "hub.route-needs" : RedriveWorld.Endpoint);
            world.Referrals.Time.Advance(TimeSpan.FromSeconds(i % 3));
        }

        Assert.Equal(25, (await Pages(world, new FailureFilterBy())).Count);
        Assert.Equal(5, (await Pages(world, new FailureFilterBy { Endpoint = "hub.route-needs" })).Count);
        Assert.Empty(await Pages(world, new FailureFilterBy { State = FailureState.Discarded }));
        Assert.Empty(await Pages(world, new FailureFilterBy { Until = world.Referrals.Time.GetUtcNow().AddDays(-1) }));
        var bad = await Assert.ThrowsAsync<HubProblemException>(() => world.Failed.List(Wang, new FailureFilterBy(), "x", 10, Token));
        Assert.Equal("cursor.invalid", bad.Code);
    }

    [Fact]
    public async Task Who_is_for_a_division_sees_and_sends_only_its_failures_and_a_role_does_only_its_part()
    {
        await using var world = await Open(databases);
        await world.Fail(world.Referrals.NeedRecord("XQ-1"));
        await world.Fail(world.Referrals.NeedRecord("XQ-2") with { Division = "410499101" });
        var county = Somebody("zhou", "410423");

        Assert.Equal("410423101", Assert.Single(await Pages(world, new FailureFilterBy(), county)).Division);
        Assert.Equal(1, (await world.Preview(who: county)).Operation.Counts.Requested);
        Assert.Equal("access.division", (await Assert.ThrowsAsync<HubProblemException>(() => world.Failed.Show(county, 2, Token))).Code);
        Assert.Equal(
            "access.division",
            (await Assert.ThrowsAsync<HubProblemException>(() => world.Failed.Discard(county, [2], "not mine", Token))).Code);
        var observer = Somebody("wu", "", AdminRole.Observer);
        await world.Failed.Show(observer, 1, Token);
        Assert.Equal("access.role", (await Assert.ThrowsAsync<HubProblemException>(() => world.Preview(who: observer))).Code);
        Assert.Equal("access.role", (await Assert.ThrowsAsync<HubProblemException>(() => world.Failed.Discard(observer, [1], "x", Token))).Code);
    }

    [Fact]
    public async Task A_transient_failure_is_sent_again_by_the_schedule_until_it_has_no_step_left()
    {
        await using var world = await Open(databases);
        await world.Failed.SetSchedule(Wang, [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)], Token);
        var failureId = await world.Fail(cause: new TimeoutException());
        var lasting = await world.Fail();
        var care = Care(world);
        await care.LookAfter(Token);
        Assert.Empty(await world.UnderWay());

        world.Referrals.Time.Advance(TimeSpan.FromSeconds(61));
        await care.LookAfter(Token);
        var row = Assert.Single(await world.UnderWay());
        Assert.Equal(RedriveWorld.Endpoint, row.Endpoint);
        await world.Arrives(row);
        await care.LookAfter(Token);

        Assert.Equal(FailureState.Resolved, (await world.Failed.Show(Wang, failureId, Token)).Line.State);
        Assert.Equal(FailureState.Open, (await world.Failed.Show(Wang, lasting, Token)).Line.State);
        await world.Failed.RetryAt(Wang, lasting, world.Referrals.Time.GetUtcNow(), Token); // a person may plan it
        await care.LookAfter(Token);
        Assert.Single(await world.UnderWay());
    }

    [Fact]
    public async Task What_failed_never_expires()
    {
        await using var world = await Open(databases);
        await world.Fail();
        world.Referrals.Time.Advance(TimeSpan.FromDays(4_000));
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            await work.Execute(
                FailureRetention.EmptyOldSql,
                [Database.Parameter.Instant(world.Referrals.Time.GetUtcNow()), Database.Parameter.As(1_000L)], Token);
            await work.Commit(Token);
        }

        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);

        Assert.Equal(1, (await world.DriveAndArrive(preview)).Counts.Applied); // its ticket has waited as long
    }

    [Fact]
    public async Task An_edited_message_takes_the_place_of_the_one_it_was_made_from_when_a_second_person_agrees()
    {
        await using var world = await Open(databases);
        var person = Guid.CreateVersion7();
        var failureId = await world.Fail();
        var before = (await world.Failed.Show(Wang, failureId, Token)).Line;

        var edited = await world.Edits.Edit(
            Wang, new EditWish(failureId, $$"""{"personKeys":["{{person}}"]}""", "the wrong person was named"), Token);

        Assert.Equal(["/personKeys"], edited.Changed);
        Assert.Equal(FailureState.Edited, (await world.Failed.Show(Wang, failureId, Token)).Line.State);
        Assert.Equal(RedriveState.AwaitingApproval, edited.Operation.State);
        Assert.Equal(failureId, (await world.Failed.Show(Wang, edited.FailureId, Token)).Line.EditOf);
        Assert.False(await world.Arrives(new OutboxRow(0, before.MessageId, "", [], RedriveWorld.Endpoint))); // the original can never count again
        var sheet = await world.Desk.Show(Wang, edited.Operation.OperationId, Token);
        Assert.Equal("redrive.same_person", (await Assert.ThrowsAsync<HubProblemException>(() => world.Order(sheet, RedriveOrder.Approve, Wang))).Code);
        await world.Order(sheet, RedriveOrder.Approve, Li);
        await world.Drive(sheet);
        var row = Assert.Single(await world.UnderWay());
        Assert.Contains($"{person}", System.Text.Encoding.UTF8.GetString(row.Body), StringComparison.Ordinal);
        Assert.True(await world.Arrives(row));
        Assert.Equal(1, (await world.Drive(sheet)).Counts.Applied);
        Assert.Equal("""["/personKeys"]""", await world.Database.Ask("select changed from failures.edit"));
    }

    [Theory]
    [InlineData("""{"personKeys":"none"}""")]
    [InlineData("""{"personKeys":null}""")]
    [InlineData("""{"another":1}""")]
    [InlineData("[]")]
    [InlineData("{ broken")]
    [InlineData("{}")]
    public async Task An_edit_that_does_not_fit_its_type_is_refused_and_nothing_is_closed(string patch)
    {
        await using var world = await Open(databases);
        var failureId = await world.Fail();

        var refused = await Assert.ThrowsAsync<HubProblemException>(() => world.Edits.Edit(Wang, new EditWish(failureId, patch, "x"), Token));

        Assert.Equal("edit.invalid", refused.Code);
        Assert.Equal(FailureState.Open, (await world.Failed.Show(Wang, failureId, Token)).Line.State);
    }

    [Fact]
    public async Task A_sealed_record_is_shown_masked_edited_sealed_and_unmasked_only_with_a_reason_on_record()
    {
        await using var world = await Open(databases);
        var need = world.Referrals.NeedRecord("XQ-1");
        var failureId = await world.Fail(need);

        var masked = await world.Edits.Body(Wang, failureId, null, Token);
        Assert.DoesNotContain(need.IdNo, masked, StringComparison.Ordinal);
        Assert.Equal("0", await world.Database.Ask("select count(*) from audit.entry where action = 'failure.unmasked'"));
        Assert.Contains(need.IdNo, await world.Edits.Body(Wang, failureId, "the county asks", Token), StringComparison.Ordinal);
        Assert.Equal("1", await world.Database.Ask("select count(*) from audit.entry where action = 'failure.unmasked'"));
        Assert.Equal(
            "edit.invalid",
            (await Assert.ThrowsAsync<HubProblemException>(() => world.Edits.Edit(Wang, new EditWish(failureId, """{"version":9}""", "x"), Token))).Code);
        var edited = await world.Edits.Edit(Wang, new EditWish(failureId, """{"hardship":"HD2"}""", "a wrong code"), Token);
        var sheet = await world.Desk.Show(Wang, edited.Operation.OperationId, Token);
        await world.Order(sheet, RedriveOrder.Approve, Li);
        await world.Drive(sheet);
        foreach (var (id, body) in await world.Referrals.Sent<RedriveRecords>("redrive-records"))
            await world.Referrals.Get<RecordsAgain>().Take(id, body.FailureIds, Token);

        Assert.Equal(1, (await world.Drive(sheet)).Counts.Applied);
        Assert.Equal("HD2", await world.Database.Ask("select hardship from referrals.need"));
        Assert.DoesNotContain(need.IdNo, await world.Database.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_not_edited_twice_nor_while_it_is_under_way_nor_to_another_kind_of_endpoint()
    {
        await using var world = await Open(databases);
        var failureId = await world.Fail();
        var patch = $$"""{"personKeys":["{{Guid.CreateVersion7()}}"]}""";
        Assert.Equal(
            "edit.endpoint",
            (await Assert.ThrowsAsync<HubProblemException>(
                () => world.Edits.Edit(Wang, new EditWish(failureId, patch, "x") { Endpoint = "hub.route-needs" }, Token))).Code);
        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        await world.Drive(preview);

        Assert.Equal(
            "failure.in_redrive",
            (await Assert.ThrowsAsync<HubProblemException>(() => world.Edits.Edit(Wang, new EditWish(failureId, patch, "x"), Token))).Code);
        Assert.Equal(
            "failure.in_redrive",
            (await Assert.ThrowsAsync<HubProblemException>(() => world.Failed.Discard(Wang, [failureId], "x", Token))).Code);
    }

    [Fact]
    public async Task An_end_and_an_older_state_out_of_Failures_at_one_moment_leave_the_member_ended()
    {
        await using var world = await Open(databases);
        var referrals = world.Referrals;
        var old = referrals.Member(7, version: 3);
        var ended = new EndedRecord { SourceKey = old.SourceKey, Version = 9, ContentHash = Guid.Empty, Type = "CY" };
        var failureId = await world.Fail(old);
        var pipeline = referrals.Get<IntegrationHub.Pipeline.ChunkPipeline>();

        // The end has done its work and has not committed when the old state comes.
        await using var ending = await world.Database.Hub.Begin(Token);
        await pipeline.ProcessAgain(ending, Named(ended), Token);
        var keeping = Task.Run(
            async () =>
            {
                await using var work = await world.Database.Hub.Begin(Token);
                await pipeline.ProcessAgain(work, Named(old), Token);
                await work.Commit(Token);
            },
            Token);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Token);
        Assert.False(keeping.IsCompleted); // it waits for its turn
        await ending.Commit(Token);
        await keeping;

        Assert.Equal("0", await world.Database.Ask($"select count(*) from identity.member where source_key = '{old.SourceKey}' and not ended"));
        Assert.Equal(1, Assert.Contains(RedriveVerdict.Superseded, (await world.Preview()).Verdicts));
        Assert.True(failureId > 0);
    }

    [Fact]
    public async Task Messages_of_a_subject_wait_behind_the_one_that_failed_and_go_when_it_has_gone()
    {
        await using var world = await Open(databases);
        var subject = Guid.CreateVersion7();
        var first = await world.Fail(About(subject, "referral.accepted"), "hub.fan-out");
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            Assert.Equal(first, Assert.Single(await RetryStore.Blockers(work, "hub.fan-out", [$"referral/{subject}"], Token)).Value);
            Assert.Empty(await RetryStore.Blockers(work, "hub.fan-out", [$"referral/{Guid.CreateVersion7()}"], Token));
        }

        var second = await world.Fail(About(subject, "referral.progressed"), "hub.fan-out", new HeldBehindException());
        await world.Database.Run($"update failures.failed_message set held_behind = {first} where failure_id = {second}");
        Assert.Equal(1, await world.Failed.Held(Wang, Token));
        Assert.Equal(1, (await world.Failed.Show(Wang, first, Token)).WaitingBehind);

        var preview = await world.Preview();
        await world.Order(preview, RedriveOrder.Start);
        await world.Drive(preview);
        await world.Arrives(Assert.Single(await world.UnderWay()));
        var done = await world.Drive(preview);
        Assert.Equal((1, 1), (done.Counts.Applied, done.Counts.Refused));
        Assert.Equal(1, Assert.Contains(RedriveVerdict.HeldBehind, preview.Verdicts));

        await Care(world).LookAfter(Token);
        await world.Arrives(Assert.Single(await world.UnderWay())); // it goes by itself
        await Care(world).LookAfter(Token);
        Assert.Equal(0, await world.Failed.Held(Wang, Token));
        Assert.Equal("0", await world.Database.Ask("select count(*) from failures.failed_message where state = 'NEW'"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from failures.subject"));
    }

    private static Dictionary<CanonicalRecord, Guid> Named(CanonicalRecord record) =>
        new(ReferenceEqualityComparer.Instance) { [record] = record.SourceKey };

    private static EventsRecorded About(Guid referral, string type) => new()
    {
        Events =
        [
            new HubEvent
            {
                EventId = Guid.CreateVersion7(), Type = type, Subject = referral.ToString(), Time = DateTimeOffset.UnixEpoch, Data = "{}",
            },
        ],
    };

    private static async Task<List<FailureLine>> Pages(RedriveWorld world, FailureFilterBy filter, Administrator? who = null)
    {
        var lines = new List<FailureLine>();
        string? after = null;
        do
        {
            var page = await world.Failed.List(who ?? Wang, filter, after, 4, Token);
            Assert.True(page.Items.Count <= 4);
            lines.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(lines.Count, lines.Select(line => line.FailureId).Distinct().Count());
        Assert.Equal(lines.OrderByDescending(line => line.LastFailedAt).ThenByDescending(line => line.FailureId), lines);
        return lines;
    }

    private static FailureCare Care(RedriveWorld world) => new(
        world.Database.Hub, world.Driver, world.Referrals.Get<Bus.EndpointCatalogue>(), Options.Create(new FailureCareOptions()),
        world.Referrals.Time, NullLogger<FailureCare>.Instance);
}
