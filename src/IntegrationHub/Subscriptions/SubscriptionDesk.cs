using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Subscriptions;

/// <summary>A subscription with the figures of its last day.</summary>
public sealed record SubscriptionSheet(SubscriptionSummary Subscription, SubscriptionFigures LastDay);

/// <summary>A new secret, readable this once, and until when the one before it still signs.</summary>
public sealed record NewSecret(Guid SubscriptionId, string Secret, DateTimeOffset FormerEndsAt)
{
    public override string ToString() => $"secret of {SubscriptionId}";
}

/// <summary>What an organisation does with its own subscriptions, and the operator with any.</summary>
public sealed class SubscriptionDesk
{
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(7);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HubDatabase _database;
    private readonly SubscriptionService _service;
    private readonly SubscriptionMoves _moves;
    private readonly WebhookTargets _targets;
    private readonly Keyring _keyring;
    private readonly TimeProvider _time;

    internal SubscriptionDesk(
        HubDatabase database, SubscriptionService service, SubscriptionMoves moves, WebhookTargets targets, Keyring keyring,
        TimeProvider time)
    {
        (_database, _service, _moves) = (database, service, moves);
        (_targets, _keyring, _time) = (targets, keyring, time);
    }

    public async Task<IReadOnlyList<SubscriptionSummary>> List(SubscriptionActor actor, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        return await SubscriptionStore.List(work, actor.Uscc, null, cancellationToken);
    }

    public async Task<SubscriptionSheet> Show(SubscriptionActor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        var subscription = await Find(work, actor, id, cancellationToken);
        var figures = await SubscriptionStore.Figures(work, id, _time.GetUtcNow() - Day, cancellationToken);
        return new SubscriptionSheet(subscription, figures);
    }

    /// <summary>Changes what is said and leaves the rest. A new address has to agree to be called before it is.</summary>
    public async Task<SubscriptionSummary> Update(
        SubscriptionActor actor, Guid id, SubscriptionChange change, int? expectedVersion, CancellationToken cancellationToken)
    {
        var target = change.Url is null ? null : await _service.Check(change.Url, cancellationToken);
        await using var work = await _database.Begin(cancellationToken);
        var now = await Locked(work, actor, id, expectedVersion, cancellationToken);
        var changed = now with
        {
            Url = target?.AbsoluteUri ?? now.Url,
            Name = change.Name ?? now.Name,
            Filter = change.Filter ?? now.Filter,
            Concurrency = change.Concurrency ?? now.Concurrency,
            UrgentFirst = change.UrgentFirst ?? now.UrgentFirst,
        };
        Check(changed);
        var hasMoved = changed.Url != now.Url;
        if (hasMoved && (await SubscriptionStore.List(work, now.Uscc, null, cancellationToken)).Any(one => one.Url == changed.Url))
            throw new HubProblemException(
                "subscription.exists", "There is a subscription with this address already.", "See hub subscription list.");
        await SubscriptionStore.Update(work, changed, cancellationToken);
        if (hasMoved && now.State != SubscriptionState.Paused)
            await Restart(work, actor, changed, hasMoved, cancellationToken);
        else if (hasMoved)
            await SubscriptionStore.AskAgain(work, id, hasMoved, cancellationToken);
        await Note(work, actor, "subscription.updated", id, new { filter = changed.Filter, moved = hasMoved }, cancellationToken);
        var written = await Find(work, actor, id, cancellationToken);
        await work.Commit(cancellationToken);
        return written;
    }

    /// <summary>Stops sending. What happens meanwhile waits.</summary>
    public async Task<SubscriptionSummary> Pause(
        SubscriptionActor actor, Guid id, int? expectedVersion, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        var now = await Locked(work, actor, id, expectedVersion, cancellationToken);
        await _moves.Move(
            work, new StateChange(id, now.Uscc, SubscriptionState.Paused, "paused"),
            [SubscriptionState.Active, SubscriptionState.Pending], actor.Name, cancellationToken);
        var written = await Find(work, actor, id, cancellationToken);
        await work.Commit(cancellationToken);
        return written;
    }

    /// <summary>Sends again, in order, what waits; a receiver that was disabled or never agreed is asked first.</summary>
    public async Task<SubscriptionSummary> Resume(
        SubscriptionActor actor, Guid id, int? expectedVersion, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        var now = await Locked(work, actor, id, expectedVersion, cancellationToken);
        if (now.State is SubscriptionState.Paused or SubscriptionState.Disabled)
            await Restart(work, actor, now, now.State == SubscriptionState.Disabled, cancellationToken);
        var written = await Find(work, actor, id, cancellationToken);
        await work.Commit(cancellationToken);
        return written;
    }

    /// <summary>A new secret. The one before it signs as well until the overlap is over.</summary>
    public async Task<NewSecret> Rotate(
        SubscriptionActor actor, Guid id, TimeSpan overlap, int? expectedVersion, CancellationToken cancellationToken)
    {
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
            throw new HubProblemException(
                "request.invalid", "The overlap is between none and seven days.", "Choose a shorter overlap.");
        await using var work = await _database.Begin(cancellationToken);
        var now = await Locked(work, actor, id, expectedVersion, cancellationToken);
        if (now.Channel != SubscriptionChannel.Webhook)
            throw new HubProblemException(
                "subscription.channel", "Only a webhook has a secret.", "A feed is read with the API key.");
        var (secret, shown) = WebhookSignature.NewSecret();
        var at = _time.GetUtcNow();
        await SecretStore.Rotate(work, id, _keyring.SealForStore(secret), at + overlap, at, cancellationToken);
        await Note(work, actor, "subscription.rotated", id, new { overlapHours = overlap.TotalHours }, cancellationToken);
        await work.Commit(cancellationToken);
        return new NewSecret(id, shown, at + overlap);
    }

    /// <summary>Puts an event without meaning into the subscription's own sequence, past its filter.</summary>
    public async Task<Guid> Test(SubscriptionActor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        var now = await Locked(work, actor, id, null, cancellationToken);
        var at = _time.GetUtcNow();
        var test = SubscriberEvents.TestOf(id, now.Uscc, at);
        var sequence = now.LastSequence + 1;
        var delivery = new NewDelivery(id, sequence, test.EventId, test.Type, EventEnvelope.Write(test, sequence), false);
        await FanOut.Insert(work, [delivery], at, cancellationToken);
        await work.Commit(cancellationToken);
        return test.EventId;
    }

    /// <summary>Sends again what was sent or given up: the same events under the same numbers, checked anew.</summary>
    public async Task<ReplayReport> Replay(
        SubscriptionActor actor, Guid id, ReplayWindow window, CancellationToken cancellationToken)
    {
        if (!window.IsOneQuestion)
            throw new HubProblemException(
                "request.invalid", "A replay is of numbers, of a time, of one event or of all that is parked.",
                "Name exactly one of them.");
        await using var work = await _database.Begin(cancellationToken);
        await Locked(work, actor, id, null, cancellationToken);
        var report = await DeliveryHistory.Replay(work, id, window, _time.GetUtcNow(), cancellationToken);
        await Note(work, actor, "subscription.replayed", id, report, cancellationToken);
        await work.Commit(cancellationToken);
        return report;
    }

    public async Task<IReadOnlyList<DeliveryAttempt>> Attempts(
        SubscriptionActor actor, Guid id, long? sequence, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        await Find(work, actor, id, cancellationToken);
        return await DeliveryHistory.Attempts(work, id, sequence, before, limit, cancellationToken);
    }

    public async Task<GapReport> Gaps(SubscriptionActor actor, Guid id, CancellationToken cancellationToken)
    {
        await using var work = await _database.Begin(cancellationToken);
        await Find(work, actor, id, cancellationToken);
        return await DeliveryHistory.Gaps(work, id, cancellationToken);
    }

    // Another's subscription is not there, whatever it is called.
    private static async Task<SubscriptionSummary> Find(
        HubTransaction work, SubscriptionActor actor, Guid id, CancellationToken cancellationToken) =>
        (await SubscriptionStore.List(work, actor.Uscc, id, cancellationToken)).SingleOrDefault()
        ?? throw new HubProblemException(
            "subscription.not_found", "There is no such subscription.", "See hub subscription list.");

    private static async Task<SubscriptionSummary> Locked(
        HubTransaction work, SubscriptionActor actor, Guid id, int? expectedVersion, CancellationToken cancellationToken)
    {
        await SubscriptionStore.Lock(work, id, cancellationToken);
        var now = await Find(work, actor, id, cancellationToken);
        return expectedVersion is null || expectedVersion == now.Version
            ? now
            : throw new HubProblemException(
                "subscription.version", "The subscription has changed since.", "Read it again and decide on what it is now.")
            {
                Version = now.Version,
            };
    }

    private static void Check(SubscriptionSummary changed)
    {
        var wish = new SubscriptionWish
        {
            Channel = changed.Channel,
            Url = changed.Url,
            Name = changed.Name,
            Filter = changed.Filter,
            Concurrency = changed.Concurrency,
        };
        if (wish.Faults().ToList() is { Count: > 0 } faults)
            throw new HubProblemException(
                "request.invalid", $"These members do not match the contract: {string.Join(", ", faults)}.",
                "See contracts/hub/subscribing.md.");
    }

    private async Task Restart(
        HubTransaction work, SubscriptionActor actor, SubscriptionSummary subscription, bool mustAgree,
        CancellationToken cancellationToken)
    {
        var isAsked = subscription is { Channel: SubscriptionChannel.Webhook, Url: { } url }
            && !_targets.IsVouchedFor(new Uri(url))
            && (mustAgree || subscription.VerifiedAt is null);
        await SubscriptionStore.AskAgain(work, subscription.SubscriptionId, mustAgree, cancellationToken);
        await DeliveryHistory.MakeDue(work, subscription.SubscriptionId, _time.GetUtcNow(), cancellationToken);
        var state = isAsked ? SubscriptionState.Pending : SubscriptionState.Active;
        await _moves.Move(
            work, new StateChange(subscription.SubscriptionId, subscription.Uscc, state, ""),
            [SubscriptionState.Pending, SubscriptionState.Active, SubscriptionState.Paused, SubscriptionState.Disabled],
            actor.Name, cancellationToken);
    }

    private Task Note(
        HubTransaction work, SubscriptionActor actor, string action, Guid id, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(work, new AuditFact(actor.Name, action, id.ToString(), detail), _time, cancellationToken);
}
