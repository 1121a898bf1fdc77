using System.Net.Http.Headers;
using System.Text.Json;
using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Web;

/// <summary>The feed over the living door: the same rows a webhook is sent from.</summary>
public sealed class EventFeedTests(WebDoor door) : IClassFixture<WebDoor>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Of a type that is not asked about again, because this door has no referral behind it.
    private static readonly Func<int, List<IntegrationHub.Contracts.Messages.HubEvent>> s_events = count =>
        [.. Subscriber.Events(WebDoor.Uscc, count).Select(one => one with { Type = "recall.issued" })];

    [Fact]
    public async Task A_reader_goes_from_cursor_to_cursor_and_what_it_comes_back_from_is_delivered()
    {
        var id = await Feed();
        var sent = s_events(5);
        await Subscriber.FanOut(door.Database.Hub, sent);

        var first = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&limit=3");
        var again = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&limit=3");
        var second = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&after={Next(first)}");
        var end = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&after={Next(second)}");

        Assert.Equal(first.Body, again.Body); // nothing is taken by reading
        Assert.Equal(sent.Select(one => one.EventId.ToString()), Items(first).Concat(Items(second)).Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(["1", "2", "3", "4", "5"], Items(first).Concat(Items(second)).Select(item => item.GetProperty("sequence").GetString()));
        Assert.Equal(("5", 0), (Next(end), Items(end).Count));
        Assert.Equal("5 feed", await door.Database.Ask($"select count(*), max(last_outcome) from subscriptions.delivery where subscription_id = '{id}' and state = 'DELIVERED'"));
        Assert.Equal("5", await door.Database.Ask($"select count(*) from subscriptions.attempt where subscription_id = '{id}'"));
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_the_commit()
    {
        var id = await Feed();
        var waiting = door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&wait=50");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.False(waiting.IsCompleted);

        await Subscriber.FanOut(door.Database.Hub, s_events(1));
        var page = await waiting.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Single(Items(page));
    }

    [Fact]
    public async Task A_reader_that_waits_in_vain_is_told_so()
    {
        var id = await Feed();

        var page = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&wait=1");

        Assert.Equal((200, 0, "0"), (page.Status, Items(page).Count, Next(page)));
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_last_event_its_reader_has()
    {
        var id = await Feed();
        var sent = s_events(4);
        await Subscriber.FanOut(door.Database.Hub, sent[..3]);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/events?subscription={id}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", door.ApiKey);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", "1");

        using var response = await door.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancellation);
        using var reader = new StreamReader(stream);
        var heard = new List<string>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (heard.Count < 3)
        {
            var line = await reader.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                heard.Add(JsonDocument.Parse(line[6..]).RootElement.GetProperty("id").GetString()!);
            if (heard.Count == 2 && line.Length == 0)
                await Subscriber.FanOut(door.Database.Hub, sent);
        }

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(sent.Skip(1).Select(one => one.EventId.ToString()), heard);
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_said_and_where_to_go_on()
    {
        var id = await Feed();
        await Subscriber.FanOut(door.Database.Hub, s_events(3));
        await door.Database.Run($"update subscriptions.delivery set body = '', state = 'DELIVERED' where subscription_id = '{id}' and sequence <= 2");

        var gone = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&after=0");
        var rest = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&after=2");

        Assert.Equal((410, "cursor.expired"), (gone.Status, gone.Code));
        Assert.Contains("after=2", gone.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Single(Items(rest));
    }

    [Fact]
    public async Task Another_cursor_than_one_of_ours_and_a_stopped_feed_are_refused()
    {
        var id = await Feed();
        var words = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&after=latest");
        var ahead = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}&after=99");
        await door.Send(HttpMethod.Post, $"/api/v1/subscriptions/{id}/pause");
        var stopped = await door.Send(HttpMethod.Get, $"/api/v1/events?subscription={id}");

        Assert.Equal(("cursor.invalid", "cursor.invalid", "subscription.stopped"), (words.Code, ahead.Code, stopped.Code));
    }

    private async Task<string> Feed()
    {
        // The others of the class have had their events: each test has a feed of its own.
        var added = await door.Send(HttpMethod.Post, "/api/v1/subscriptions", """{"channel":"FEED"}""");
        return added.Json.GetProperty("subscription").GetProperty("subscriptionId").GetString()!;
    }

    private static List<JsonElement> Items(Said page) => [.. page.Json.GetProperty("items").EnumerateArray()];

    private static string? Next(Said page) => page.Json.GetProperty("next").GetString();
}
