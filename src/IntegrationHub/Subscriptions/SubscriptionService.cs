using System.Net.Sockets;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Subscriptions;

/// <summary>A new subscription with its two secrets. This is the only time they can be read.</summary>
public sealed record NewSubscription(Guid SubscriptionId, string Uscc, string ApiKey, string Secret)
{
    public override string ToString() => $"subscription {SubscriptionId} of {Uscc}";
}

/// <summary>Who may call the hub and where the hub calls back.</summary>
public sealed class SubscriptionService(
    HubDatabase database, WebhookTargets targets, Keyring keyring, TimeProvider time)
{
    private const string Actor = "operator";

    /// <exception cref="HubProblemException">The code or target is not allowed, or the subscription exists.</exception>
    public async Task<NewSubscription> Add(string uscc, string url, CancellationToken cancellationToken)
    {
        if (!Uscc.TryParse(uscc, out var organisation))
            throw new HubProblemException(
                "request.invalid", "The USCC has a wrong length or check character.", "Correct the code after --org.");
        var target = await Check(url, cancellationToken);

        var id = Guid.CreateVersion7();
        var (key, keyHash) = ApiKey.Create();
        var (secret, shown) = WebhookSignature.NewSecret();
        var row = new SubscriptionRow(
            id, organisation.Value, target.AbsoluteUri, keyring.SealForStore(secret), keyHash);

        await using var work = await database.Begin(cancellationToken);
        if (!await SubscriptionStore.Add(work, row, time.GetUtcNow(), cancellationToken))
            throw new HubProblemException(
                "subscription.exists", $"{organisation} has a subscription with this address already.",
                "See hub subscription list.");
        var fact = new AuditFact(
            Actor, "subscription.added", id.ToString(), new { uscc = organisation.Value, target = target.Authority });
        await AuditLog.Append(work, fact, time, cancellationToken);
        await work.Commit(cancellationToken);
        return new NewSubscription(id, organisation.Value, key, shown);
    }

    public async Task<IReadOnlyList<SubscriptionSummary>> List(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await SubscriptionStore.List(work, cancellationToken);
    }

    /// <summary>The organisation a key belongs to, or null if it is no key of ours or was revoked.</summary>
    public async Task<Caller?> FindCaller(string? apiKey, CancellationToken cancellationToken)
    {
        if (ApiKey.HashOf(apiKey) is not { } keyHash)
            return null;
        await using var work = await database.Begin(cancellationToken);
        return await SubscriptionStore.FindCaller(work, keyHash, cancellationToken);
    }

    private async Task<Uri> Check(string url, CancellationToken cancellationToken)
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
}
