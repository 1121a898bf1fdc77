namespace Mocks.CharityFederation;

/// <summary>Checks a webhook, takes it in once, and passes its event on.</summary>
internal sealed class WebhookDesk(HubLink link, Inbox inbox, Events events, Tally tally, TimeProvider time)
{
    private const string ContentType = "application/cloudevents+json";

    public async Task<IResult> Receive(string uscc, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!ContentType.Equals(request.ContentType?.Split(';')[0].Trim(), StringComparison.OrdinalIgnoreCase))
            return Reject(415, "webhook.content_type");

        if (await TryRead(request, cancellationToken) is not { } body)
            return Reject(413, "webhook.size");

        var webhookId = request.Headers["webhook-id"].ToString();
        switch (Judge(uscc, webhookId, request.Headers, body))
        {
            case Verdict.Forged:
                return Reject(401, "webhook.signature");
            case Verdict.Stale:
                return Reject(400, "webhook.timestamp");
            default:
                return Take(uscc, webhookId, body);
        }
    }

    // Kestrel bounds the body (Program); beyond the bound there is none.
    private static async Task<byte[]?> TryRead(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var buffer = new MemoryStream();
            await request.Body.CopyToAsync(buffer, cancellationToken);
            return buffer.ToArray();
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private Verdict Judge(string uscc, string webhookId, IHeaderDictionary headers, byte[] body) =>
        link.For(uscc) is { } account
            ? StandardWebhook.Judge(
                account.Secret,
                webhookId,
                headers["webhook-timestamp"].ToString(),
                headers["webhook-signature"].ToString(),
                body,
                time.GetUtcNow())
            : Verdict.Forged;

    private IResult Take(string uscc, string webhookId, byte[] body)
    {
        if (Json.TryParse(body) is not { } root || CloudEvent.TryRead(root) is not { } cloudEvent)
            return Reject(400, "webhook.event");
        if (cloudEvent.Data.Text("uscc") is { } recipient && recipient != uscc)
            return Reject(400, "webhook.recipient");
        if (events.Read(cloudEvent) is not { } effect)
            return Reject(400, "webhook.data");

        if (!inbox.TryTake(uscc, webhookId, cloudEvent.Sequence, root))
            return Results.Ok(new { status = "DUPLICATE" });
        effect(uscc);
        return Results.Ok(new { status = "RECEIVED" });
    }

    private IResult Reject(int status, string code)
    {
        tally.Reject(code);
        return Problems.Of(status, code, "The webhook was not taken.");
    }
}

/// <summary>POST /webhooks/{uscc}.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder app) =>
        app.MapPost(
            "/webhooks/{uscc}",
            (string uscc, HttpRequest request, WebhookDesk desk, CancellationToken cancellationToken) =>
                desk.Receive(uscc, request, cancellationToken));
}
