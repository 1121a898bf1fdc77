using System.Text;
using IntegrationHub.Protection;

namespace IntegrationHub.Subscriptions;

/// <summary>Sends one delivery of a batch and judges how it went.</summary>
internal delegate Task<DeliveryOutcome> SendDelivery(DueDelivery delivery, string body, CancellationToken cancellationToken);

/// <summary>How many deliveries may be under way at once, and how each is sent.</summary>
internal sealed record DeliveryRoute(int Window, SendDelivery Send);

/// <summary>One way to push events out; a seam, because there are two.</summary>
internal interface IDeliveryWay
{
    string Channel { get; }

    DeliveryRoute Open(DueBatch batch);
}

/// <summary>By signed webhook.</summary>
internal sealed class WebhookWay(WebhookClient client, Keyring keyring) : IDeliveryWay
{
    public string Channel => SubscriptionChannel.Webhook;

    public DeliveryRoute Open(DueBatch batch)
    {
        var target = new Uri(batch.Url);
        var secrets = batch.SealedSecrets.Select(keyring.OpenFromStore).ToList();
        return new DeliveryRoute(batch.Concurrency, (delivery, body, cancellationToken) => client.Post(
            target, secrets, delivery.EventId, Encoding.UTF8.GetBytes(body), cancellationToken));
    }
}
