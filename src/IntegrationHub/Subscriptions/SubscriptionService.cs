using System.Net.Sockets;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// A new subscription with its two secrets. This is the only time they can be read. A key that was there already and the
/// secret of a channel that has none are empty.
/// </summary>
public sealed record NewSubscription(Guid SubscriptionId, string Uscc, string ApiKey, string Secret)
{
    public string State { get; init; } = SubscriptionState.Active;

    public override string ToString() => $"subscription {SubscriptionId} of {Uscc}";
}

/// <summary>Who may call the hub and where the hub calls back.</summary>
public sealed class SubscriptionService(
    HubDatabase database, WebhookTargets targets, Keyring keyring, IOptions<SubscriptionOptions> options, TimeProvider time)
{
    /// <summary>A webhook with a new API key, as the operator adds it.</summary>
    /// <exception cref="HubProblemException">The code or target is not allowed, or the subscription exists.</exception>
    public async Task<NewSubscription> Add(string uscc, string url, CancellationToken cancellationToken) =>
        await Add(uscc, SubscriptionWish.Webhook(url), cancellationToken);

    /// <summary>Any subscription with a new API key, as the operator adds it.</summary>
    public async Task<NewSubscription> Add(string uscc, SubscriptionWish wish, CancellationToken cancellationToken) =>
        Uscc.TryParse(uscc, out var organisation)
            ? await Add(SubscriptionActor.Operator, organisation.Value, wish, withKey: true, cancellationToken)
            : throw new HubProblemException(
                "request.invalid", "The USCC has a wrong length or check character.", "Correct the code after --org.");

    /// <summary>A subscription that an organisation adds for itself, with the key it has.</summary>
    public Task<NewSubscription> AddOwn(string uscc, SubscriptionWish wish, CancellationToken cancellationToken) =>
        Add(SubscriptionActor.Of(uscc), uscc, wish, withKey: false, cancellationToken);

    public async Task<IReadOnlyList<SubscriptionSummary>> List(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await SubscriptionStore.List(work, null, null, cancellationToken);
    }

    /// <summary>The organisation a key belongs to, or null if it is no key of ours or was revoked.</summary>
    public async Task<Caller?> FindCaller(string? apiKey, CancellationToken cancellationToken)
    {
        if (ApiKey.HashOf(apiKey) is not { } keyHash)
            return null;
        await using var work = await database.Begin(cancellationToken);
        return await SubscriptionStore.FindCaller(work, keyHash, cancellationToken);
    }

    /// <summary>The address as it is kept, if the hub may send to it.</summary>
    internal async Task<Uri> Check(string url, CancellationToken cancellationToken)
    {
        Exception cause;
        try
        {
            var target = new Uri(url, UriKind.Absolute);
            await targets.Resolve(target, cancellationToken);
            return target;
        }
        catch (Exception failure) when (failure is UriFormatException or TargetRefusedException or SocketException)
        {
            cause = failure;
        }

        throw new HubProblemException(
            "subscription.target", "The address is neither https with public addresses nor on the allow list.",
            "Use a public https address, or add its beginning to Hub:Subscriptions:AllowedTargets.", cause);
    }

    private async Task<NewSubscription> Add(
        SubscriptionActor actor, string uscc, SubscriptionWish wish, bool withKey, CancellationToken cancellationToken)
    {
        if (wish.Faults().ToList() is { Count: > 0 } faults)
            throw new HubProblemException(
                "request.invalid", $"These members do not match the contract: {string.Join(", ", faults)}.",
                "See contracts/hub/subscribing.md.");
        var target = wish.Url is null ? null : await Check(wish.Url, cancellationToken);
        var secret = target is null ? default : WebhookSignature.NewSecret();
        var key = withKey ? ApiKey.Create() : default;
        var row = new SubscriptionRow
        {
            SubscriptionId = Guid.CreateVersion7(),
            Uscc = uscc,
            Wish = wish,
            Url = target?.AbsoluteUri,
            SealedSecret = target is null ? null : keyring.SealForStore(secret.Secret),
            State = FirstState(wish, target),
            KeyHash = withKey ? key.Hash : null,
        };
        await Write(actor, row, target, cancellationToken);
        return new NewSubscription(row.SubscriptionId, uscc, withKey ? key.Key : "", target is null ? "" : secret.Shown)
        {
            State = row.State,
        };
    }

    private async Task Write(SubscriptionActor actor, SubscriptionRow row, Uri? target, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (actor.Uscc is not null
            && await SubscriptionStore.Count(work, row.Uscc, cancellationToken) >= options.Value.MostPerOrganisation)
            throw new HubProblemException(
                "subscription.too_many", "The organisation has as many subscriptions as it may.", "Change one that is there.");
        if (!await SubscriptionStore.Add(work, row, time.GetUtcNow(), cancellationToken))
            throw new HubProblemException(
                "subscription.exists", $"{row.Uscc} has a subscription with this address already.",
                "See hub subscription list.");
        await DeliveryHistory.Ring(work, cancellationToken);
        var fact = new AuditFact(
            actor.Name, "subscription.added", row.SubscriptionId.ToString(),
            new { uscc = row.Uscc, channel = row.Wish.Channel, target = target?.Authority });
        await AuditLog.Append(work, fact, time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    // A feed asks by itself. Whom the hub would call, or make a queue for, has to agree or to be made first.
    private string FirstState(SubscriptionWish wish, Uri? target) =>
        wish.Channel == SubscriptionChannel.Feed || (target is not null && targets.IsVouchedFor(target))
            ? SubscriptionState.Active
            : SubscriptionState.Pending;
}
