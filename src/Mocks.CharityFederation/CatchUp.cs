using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>Reads every organisation's offers from the hub's feed and takes up those no webhook has brought.</summary>
internal sealed class CatchUp(HubClient hub, HubLink link, Reactions reactions, Tally tally)
{
    public async Task<object> Run(CancellationToken cancellationToken)
    {
        var (read, taken) = (0, 0);
        foreach (var uscc in link.Organisations)
        {
            await foreach (var item in Feed(uscc, cancellationToken))
            {
                read++;
                if (item.Text("state") == "OFFERED" && Offer.TryRead(item) is { } offer && offer.Uscc == uscc
                    && reactions.Take(offer, null))
                    taken++;
            }
        }

        return new { read, taken };
    }

    private async IAsyncEnumerable<JsonElement> Feed(
        string uscc, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var answer = await hub.Offers(uscc, after, cancellationToken);
            if (answer is not HubAnswer.Done { Body.ValueKind: JsonValueKind.Object } page
                || !page.Body.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array)
            {
                tally.Unwelcome("offers", answer);
                yield break;
            }

            foreach (var item in items.EnumerateArray())
                yield return item;
            var next = items.GetArrayLength() > 0 ? page.Body.Text("next") : null;
            after = next == after ? null : next;
        }
        while (after is not null);
    }
}
