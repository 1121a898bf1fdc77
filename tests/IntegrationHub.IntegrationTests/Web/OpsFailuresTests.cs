using System.Text;
using IntegrationHub.Failures;

namespace IntegrationHub.IntegrationTests.Web;

/// <summary>What administrators call to see what failed and to send it again: the same functions as the command line.</summary>
public sealed class OpsFailuresTests(WebDoor door) : IClassFixture<WebDoor>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failures_are_listed_looked_at_previewed_and_sent_again_with_versions_that_are_kept()
    {
        var failureId = await Fail();

        var groups = await Ops(HttpMethod.Get, "/ops/v1/failed/groups");
        var group = groups.Json.GetProperty("items").EnumerateArray().Last();
        var list = await Ops(HttpMethod.Get, $"/ops/v1/failed?group={group.GetProperty("groupId").GetInt64()}&limit=1");
        Assert.Equal(200, list.Status);
        var shown = await Ops(HttpMethod.Get, $"/ops/v1/failed/{failureId}");
        Assert.Equal("\"1\"", shown.Headers["ETag"]);
        Assert.Contains("personKeys", shown.Json.GetProperty("body").GetString(), StringComparison.Ordinal);

        var changed = await Ops(
            HttpMethod.Patch, $"/ops/v1/failed/groups/{group.GetProperty("groupId").GetInt64()}", """{"owner":"li"}""",
            request => request.Headers.TryAddWithoutValidation("If-Match", $"\"{group.GetProperty("version").GetInt32()}\""));
        Assert.Equal((200, "li"), (changed.Status, changed.Json.GetProperty("owner").GetString()));
        var late = await Ops(
            HttpMethod.Patch, $"/ops/v1/failed/groups/{group.GetProperty("groupId").GetInt64()}", """{"owner":"wang"}""",
            request => request.Headers.TryAddWithoutValidation("If-Match", $"\"{group.GetProperty("version").GetInt32()}\""));
        Assert.Equal((412, "failure.moved"), (late.Status, late.Code));

        var made = await Ops(HttpMethod.Post, "/ops/v1/redrives", $$"""{"reason":"the cause is gone","failures":[{{failureId}}]}""");
        Assert.Equal(201, made.Status);
        Assert.Equal(1, made.Json.GetProperty("verdicts").GetProperty("already-applied").GetInt64()); // it has no ticket
        var id = made.Json.GetProperty("redrive").GetProperty("operationId").GetGuid();
        var old = await Ops(
            HttpMethod.Post, $"/ops/v1/redrives/{id}/start", null, request => request.Headers.TryAddWithoutValidation("If-Match", "\"77\""));
        Assert.Equal((412, "failure.moved"), (old.Status, old.Code));
        var started = await Ops(
            HttpMethod.Post, $"/ops/v1/redrives/{id}/start", null,
            request => request.Headers.TryAddWithoutValidation("If-Match", made.Headers["ETag"]));
        Assert.Equal("RUNNING", started.Json.GetProperty("redrive").GetProperty("state").GetString());
        Assert.Equal("PAUSED", (await Ops(HttpMethod.Post, $"/ops/v1/redrives/{id}/pause")).Json.GetProperty("redrive").GetProperty("state").GetString());
        Assert.Equal((409, "redrive.illegal_step"), StatusOf(await Ops(HttpMethod.Post, $"/ops/v1/redrives/{id}/approve")));
        Assert.Equal(200, (await Ops(HttpMethod.Get, $"/ops/v1/redrives/{id}/items")).Status);
        Assert.Equal(200, (await Ops(HttpMethod.Get, "/ops/v1/redrives?limit=1")).Status);
    }

    [Theory]
    [InlineData("GET", "/ops/v1/failed?limit=0", null, 422, "request.invalid")]
    [InlineData("GET", "/ops/v1/failed?after=nonsense", null, 400, "cursor.invalid")]
    [InlineData("GET", "/ops/v1/failed?state=SLEEPING", null, 422, "request.invalid")]
    [InlineData("GET", "/ops/v1/failed/999999", null, 404, "failure.not_found")]
    [InlineData("GET", "/ops/v1/redrives/0195a2c0-0000-7000-8000-000000000010", null, 404, "redrive.not_found")]
    [InlineData("POST", "/ops/v1/redrives", """{"reason":"x","endpoint":"hub.nowhere"}""", 409, "redrive.nothing")]
    [InlineData("POST", "/ops/v1/redrives", """{"reason":" ","endpoint":"hub.nowhere"}""", 422, "reason.missing")]
    [InlineData("POST", "/ops/v1/redrives", """{"reason":"x","rate":0}""", 422, "request.invalid")]
    [InlineData("POST", "/ops/v1/redrives", """{"reason":"x","unknown":1}""", 422, "request.invalid")]
    [InlineData("POST", "/ops/v1/failed/discard", """{"failures":[],"reason":"x"}""", 422, "request.invalid")]
    public async Task What_cannot_be_done_is_told_as_a_problem(string method, string path, string? body, int status, string code)
    {
        var said = await Ops(new HttpMethod(method), path, body);

        Assert.Equal("application/problem+json", said.ContentType);
        Assert.Equal((status, code), StatusOf(said));
    }

    [Fact]
    public async Task Who_changes_something_says_who_they_are()
    {
        var said = await door.Send(HttpMethod.Post, "/ops/v1/redrives", """{"reason":"x"}""", key: null);

        Assert.Equal("reason.missing", said.Code);
    }

    private static (int, string?) StatusOf(Said said) => (said.Status, said.Code);

    private Task<Said> Ops(HttpMethod method, string path, string? body = null, Action<HttpRequestMessage>? change = null) =>
        door.Send(method, path, body, key: null, request =>
        {
            request.Headers.TryAddWithoutValidation("X-Hub-By", "wang");
            change?.Invoke(request);
        });

    private async Task<long> Fail()
    {
        await using var work = await door.Database.Hub.Begin(Token);
        var body = Encoding.UTF8.GetBytes("""{"message":{"personKeys":[]}}""");
        var failureId = await FailureStore.Add(
            work, FailureReport.Of(Guid.CreateVersion7(), "hub.review-person", "urn:message:Any", new InvalidOperationException("no"), body),
            TimeProvider.System.GetUtcNow(), Token);
        await work.Commit(Token);
        return failureId;
    }
}
