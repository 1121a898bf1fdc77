using System.Text.Json;

namespace IntegrationHub.IntegrationTests.Web;

/// <summary>The self-service of subscriptions as a charity's software sees it.</summary>
public sealed class SubscriptionsAtTheDoorTests(WebDoor door) : IClassFixture<WebDoor>
{
    private const string Path = "/api/v1/subscriptions";

    [Fact]
    public async Task A_feed_is_added_read_changed_on_its_version_paused_and_resumed()
    {
        var added = await door.Send(HttpMethod.Post, Path, """{"channel":"FEED","name":"night","filter":{"kinds":["ZY"],"divisions":["4104"]}}""");
        var one = added.Json.GetProperty("subscription");
        var at = $"{Path}/{one.GetProperty("subscriptionId").GetString()}";
        var withoutVersion = await door.Send(HttpMethod.Patch, at, """{"urgentFirst":true}""");
        var stale = await door.Send(HttpMethod.Patch, at, """{"urgentFirst":true}""", change: request => request.Headers.TryAddWithoutValidation("If-Match", "\"9\""));
        var changed = await door.Send(HttpMethod.Patch, at, """{"urgentFirst":true}""", change: request => request.Headers.TryAddWithoutValidation("If-Match", added.Headers["ETag"]));
        var paused = await door.Send(HttpMethod.Post, $"{at}/pause");
        var resumed = await door.Send(HttpMethod.Post, $"{at}/resume");
        var shown = await door.Send(HttpMethod.Get, at);

        Assert.Equal((201, "ACTIVE", JsonValueKind.Null), (added.Status, one.GetProperty("state").GetString(), added.Json.GetProperty("secret").ValueKind));
        Assert.Equal((428, "subscription.version_missing"), (withoutVersion.Status, withoutVersion.Code));
        Assert.Equal((412, "subscription.version", 1), (stale.Status, stale.Code, stale.Json.GetProperty("version").GetInt32()));
        Assert.Equal((200, "\"2\""), (changed.Status, changed.Headers["ETag"]));
        Assert.Equal(("PAUSED", "ACTIVE"), (paused.Json.GetProperty("state").GetString(), resumed.Json.GetProperty("state").GetString()));
        Assert.Equal("ZY", shown.Json.GetProperty("subscription").GetProperty("filter").GetProperty("kinds")[0].GetString());
        Assert.Equal(0, shown.Json.GetProperty("lastDay").GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task Every_answer_says_how_many_calls_are_left()
    {
        var first = await door.Send(HttpMethod.Get, Path);
        var second = await door.Send(HttpMethod.Get, Path);

        Assert.Equal("\"organisation\";q=600;w=60", first.Headers["RateLimit-Policy"]);
        Assert.Matches("^\"organisation\";r=[0-9]+$", second.Headers["RateLimit"]);
        Assert.NotEqual(first.Headers["RateLimit"], second.Headers["RateLimit"]);
    }

    [Theory]
    [InlineData("""{"channel":"PIGEON"}""", 422, "request.invalid")]
    [InlineData("""{"channel":"WEBHOOK"}""", 422, "request.invalid")]
    [InlineData("""{"channel":"FEED","url":"https://charity.example/"}""", 422, "request.invalid")]
    [InlineData("""{"channel":"FEED","filter":{"kinds":["zy"]}}""", 422, "request.invalid")]
    [InlineData("""{"channel":"FEED","filter":{"types":["person.upserted"]}}""", 422, "request.invalid")]
    [InlineData("""{"channel":"FEED","concurrency":17}""", 422, "request.invalid")]
    [InlineData("""{"channel":"FEED","more":1}""", 422, "request.invalid")]
    [InlineData("""{"channel":"WEBHOOK","url":"http://93.184.215.14/"}""", 422, "subscription.target")]
    [InlineData("""{"channel":"WEBHOOK","url":"https://127.0.0.1/"}""", 422, "subscription.target")]
    [InlineData("""{"channel":"WEBHOOK","url":"https://2130706433/"}""", 422, "subscription.target")]
    [InlineData("""{"channel":"WEBHOOK","url":"https://0x7f.1/"}""", 422, "subscription.target")]
    [InlineData("""{"channel":"WEBHOOK","url":"https://[::ffff:169.254.169.254]/"}""", 422, "subscription.target")]
    [InlineData("""{"channel":"WEBHOOK","url":"https://93.184.215.14:22/"}""", 422, "subscription.target")]
    public async Task What_cannot_be_subscribed_is_refused(string body, int status, string code)
    {
        var refusal = await door.Send(HttpMethod.Post, Path, body);

        Assert.Equal((status, code), (refusal.Status, refusal.Code));
    }

    [Theory]
    [InlineData("GET", "/0195a2c0-0000-7000-8000-000000000099", null)]
    [InlineData("GET", "/nonsense", null)]
    [InlineData("POST", "/0195a2c0-0000-7000-8000-000000000099/pause", null)]
    [InlineData("POST", "/0195a2c0-0000-7000-8000-000000000099/rotate", "{}")]
    [InlineData("POST", "/0195a2c0-0000-7000-8000-000000000099/test", null)]
    [InlineData("POST", "/0195a2c0-0000-7000-8000-000000000099/replay", """{"parked":true}""")]
    [InlineData("GET", "/0195a2c0-0000-7000-8000-000000000099/attempts", null)]
    [InlineData("GET", "/0195a2c0-0000-7000-8000-000000000099/gaps", null)]
    public async Task What_is_not_there_is_not_found(string method, string path, string? body)
    {
        var refusal = await door.Send(new HttpMethod(method), Path + path, body);

        Assert.Equal((404, "subscription.not_found"), (refusal.Status, refusal.Code));
    }
}
