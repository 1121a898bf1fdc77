using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationHub.Protection;
using IntegrationHub.Testing.Processes;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.IntegrationTests.Web;

public sealed partial class WebDoorTests(WebDoor door) : IClassFixture<WebDoor>
{
    private const string Referral = "/api/v1/referrals/0195a2c0-0000-7000-8000-000000000010";

    /// <summary>Every call of charities that contracts/hub/openapi.yaml promises.</summary>
    public static TheoryData<string, string> Calls
    {
        get
        {
            var calls = new TheoryData<string, string>();
            var path = "";
            foreach (var line in File.ReadLines(Path.Combine(Checkout.Root, "contracts", "hub", "openapi.yaml")))
            {
                if (line.StartsWith("  /", StringComparison.Ordinal))
                    path = Placeholder().Replace(line.Trim().TrimEnd(':'), "0195a2c0-0000-7000-8000-000000000010");
                else if (path.StartsWith("/api/", StringComparison.Ordinal) && line is "    get:" or "    post:")
                    calls.Add(line.Trim().TrimEnd(':').ToUpperInvariant(), path);
            }

            return calls;
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Without_a_key_nothing_is_read_and_nothing_is_said(string method, string path)
    {
        var none = await door.Send(new HttpMethod(method), path, method == "POST" ? "{ broken" : null, key: null);
        var wrong = await door.Send(new HttpMethod(method), path, method == "POST" ? "{ broken" : null, key: "hub_wrong");

        Assert.Equal((401, "auth.missing"), (none.Status, none.Code));
        Assert.Equal((401, "auth.missing"), (wrong.Status, wrong.Code));
        Assert.Equal("application/problem+json", none.ContentType);
        Assert.Equal("Bearer", none.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task With_its_key_an_organisation_reads_its_offers()
    {
        var page = await door.Send(HttpMethod.Get, "/api/v1/offers?limit=10");

        Assert.Equal(200, page.Status);
        Assert.Empty(page.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, page.Json.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("/api/v1/offers?limit=0", 422, "request.invalid")]
    [InlineData("/api/v1/offers?limit=501", 422, "request.invalid")]
    [InlineData("/api/v1/offers?limit=many", 422, "request.invalid")]
    [InlineData("/api/v1/offers?after=nonsense", 400, "cursor.invalid")]
    [InlineData("/api/v1/nowhere", 404, "request.invalid")]
    public async Task A_question_that_cannot_be_meant_is_refused(string path, int status, string code)
    {
        var refusal = await door.Send(HttpMethod.Get, path);

        Assert.Equal((status, code), (refusal.Status, refusal.Code));
        Assert.Equal("application/problem+json", refusal.ContentType);
    }

    [Theory]
    [InlineData("accept", """{"attempt":1""")]
    [InlineData("accept", "{}")]
    [InlineData("accept", "")]
    [InlineData("accept", """{"attempt":"1"}""")]
    [InlineData("accept", """{"attempt":0}""")]
    [InlineData("accept", """{"attempt":1,"more":true}""")]
    [InlineData("accept", """{"attempt":1,"attempt":2}""")]
    [InlineData("decline", """{"attempt":1}""")]
    [InlineData("decline", """{"attempt":1,"reason":"LAZY"}""")]
    [InlineData("decline", """{"attempt":1,"reason":null}""")]
    [InlineData("claim", """{"attempt":1,"items":["name","everything"]}""")]
    public async Task A_body_that_breaks_the_contract_is_refused(string verb, string body)
    {
        var refusal = await door.Send(HttpMethod.Post, $"{Referral}/{verb}", body);

        Assert.Equal((422, "request.invalid"), (refusal.Status, refusal.Code));
        Assert.Equal(422, refusal.Json.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("accept", """{"attempt":1}""")]
    [InlineData("decline", """{"attempt":1,"reason":"CAPACITY"}""")]
    [InlineData("claim", """{"attempt":1,"items":["name"]}""")]
    [InlineData("progress", """{"attempt":1}""")]
    [InlineData("complete", """{"attempt":1}""")]
    public async Task A_referral_nobody_knows_is_not_found(string verb, string body)
    {
        var unknown = await door.Send(HttpMethod.Post, $"{Referral}/{verb}", body);
        var noId = await door.Send(HttpMethod.Post, $"/api/v1/referrals/none/{verb}", body);

        Assert.Equal((404, "referral.not_found"), (unknown.Status, unknown.Code));
        Assert.Equal((404, "referral.not_found"), (noId.Status, noId.Code));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_not_taken()
    {
        var refusal = await door.Send(HttpMethod.Post, $"{Referral}/accept", $$"""{"attempt":1,"more":"{{new string('x', 256 * 1024)}}"}""");

        Assert.Equal((413, "request.invalid"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task An_aid_record_is_taken_once_per_key_and_another_body_under_the_key_is_refused()
    {
        var before = int.Parse(await door.Database.Ask("select count(*) from intake.chunk"), null);
        var record = Record("0001");

        var first = await Report(record, "key-1");
        var again = await Report(record, "key-1");
        record["amount"] = "99.00";
        var other = await Report(record, "key-1");

        Assert.Equal((202, "ACCEPTED"), (first.Status, first.Json.GetProperty("status").GetString()));
        Assert.Equal((202, first.Body), (again.Status, again.Body));
        Assert.Equal((422, "idempotency.mismatch"), (other.Status, other.Code));
        Assert.Equal($"{before + 1}", await door.Database.Ask("select count(*) from intake.chunk"));
        Assert.Equal("pipeline", await door.Database.Ask("select consumer from outbox.ticket limit 1"));
    }

    [Fact]
    public async Task The_same_record_at_the_same_time_lands_once()
    {
        var before = int.Parse(await door.Database.Ask("select count(*) from intake.chunk"), null);
        var record = Record("0002");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Report(record, "key-2")));

        Assert.All(answers, answer => Assert.Equal(202, answer.Status));
        Assert.Equal($"{before + 1}", await door.Database.Ask("select count(*) from intake.chunk"));
    }

    [Fact]
    public async Task A_record_that_contradicts_one_already_booked_is_refused()
    {
        await door.Database.Run(
            $"""
            insert into aid.charity_aid (aid_id, source_key, version, uscc, kind, form, amount, given_on, funding, status,
                                         field_hash, recorded_at)
            values ('{WebDoor.Uscc}-booked', gen_random_uuid(), 1, '{WebDoor.Uscc}', 'ZY', 'CASH', 1234.50, '2026-03-02',
                    'CHARITY_GENERAL', 'PAID', '', now())
            """);
        var record = Record("booked");

        Assert.Equal(202, (await Report(record, "key-booked")).Status);
        record["amount"] = "1234.51";
        var contradiction = await Report(record, "key-booked-2");
        record["version"] = 2;

        Assert.Equal((409, "aid.conflict"), (contradiction.Status, contradiction.Code));
        Assert.Equal(202, (await Report(record, "key-booked-2")).Status); // the refusal did not use the key up
    }

    [Theory]
    [InlineData("amount", "\"1234.5\"")]
    [InlineData("amount", "\"1234.567\"")]
    [InlineData("amount", "\"-5.00\"")]
    [InlineData("amount", "\"01.00\"")]
    [InlineData("amount", "1234.50")]
    [InlineData("form", "\"BITCOIN\"")]
    [InlineData("form", "\"CARE\"")]
    [InlineData("kind", "\"XX\"")]
    [InlineData("funding", "\"MINE\"")]
    [InlineData("status", "\"DONE\"")]
    [InlineData("date", "\"2026-02-30\"")]
    [InlineData("date", "\"02.03.2026\"")]
    [InlineData("version", "0")]
    [InlineData("referralId", "\"none\"")]
    [InlineData("aidId", "\"51410499501000017E-1\"")]
    [InlineData("quantity", "-1")]
    [InlineData("project", "\"a\\u0000b\"")]
    [InlineData("name", "\"somebody\"")]
    public async Task A_record_that_breaks_the_contract_is_refused(string member, string value)
    {
        var record = Record("0003");
        record[member] = JsonNode.Parse(value);

        var refusal = await Report(record, "key-3");

        Assert.Equal((422, "request.invalid"), (refusal.Status, refusal.Code));
        Assert.DoesNotContain("somebody", refusal.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_another_organisation_is_refused_and_one_without_a_key_too()
    {
        var record = Record("0004");
        var withoutKey = await Report(record, null);
        record["uscc"] = "51410499501000017E";
        record["aidId"] = "51410499501000017E-0004";
        var foreign = await Report(record, "key-4");

        Assert.Equal((400, "idempotency.missing"), (withoutKey.Status, withoutKey.Code));
        Assert.Equal((403, "aid.not_own"), (foreign.Status, foreign.Code));
    }

    [Fact]
    public async Task The_console_is_one_page_that_loads_nothing_from_elsewhere()
    {
        var page = await door.Send(HttpMethod.Get, "/", key: null);

        Assert.Equal((200, "text/html"), (page.Status, page.ContentType));
        Assert.DoesNotContain("http", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("{{nonce}}", page.Body, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_overview_answers_this_machine_only()
    {
        var here = await door.Send(HttpMethod.Get, "/ops/v1/overview", key: null);
        var proxied = await door.Send(
            HttpMethod.Get, "/ops/v1/overview", key: null, change: request => request.Headers.Add("X-Forwarded-For", "203.0.113.7"));
        var rebound = await door.Send(
            HttpMethod.Get, "/ops/v1/overview", key: null, change: request => request.Headers.Host = "console.example");

        Assert.Equal(200, here.Status);
        Assert.Equal(0, here.Json.GetProperty("waiting").GetProperty("failures").GetInt64());
        Assert.Equal((403, "auth.forbidden"), (proxied.Status, proxied.Code));
        Assert.Equal((403, "auth.forbidden"), (rebound.Status, rebound.Code));
    }

    [Fact]
    public async Task It_is_alive_ready_and_counts_for_Prometheus()
    {
        Assert.Equal(200, (await door.Send(HttpMethod.Get, "/health/live", key: null)).Status);
        Assert.Equal(200, (await door.Send(HttpMethod.Get, "/health/ready", key: null)).Status);
        var figures = await door.Send(HttpMethod.Get, "/metrics", key: null);

        Assert.Equal((200, "text/plain"), (figures.Status, figures.ContentType));
        Assert.Contains("http_server_request_duration_seconds", figures.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_holds_neither_keys_nor_queries_nor_bodies()
    {
        await door.Send(HttpMethod.Get, "/api/v1/offers?after=secret-cursor");
        await door.Send(HttpMethod.Post, $"{Referral}/accept", """{"attempt":"secret-body"}""");

        Assert.DoesNotContain("secret-", door.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", door.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_database_it_says_so_and_serves_again_when_it_is_back()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("hub-web-away-").FullName;
        ProtectionServices.CreateForTrial(Path.Combine(folder, "master.key"));
        await using var server = await PostgresServer.Start(cancellationToken);
        await using var process = await WebDoor.Start(
            await server.CreateDatabase("hub_away", null, cancellationToken), folder, "web");
        using var http = new HttpClient { BaseAddress = process.BaseAddress };
        async Task<(int, string?, string?)> Ready()
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return ((int)answer.StatusCode, (string?)problem?["code"], answer.Headers.RetryAfter?.ToString());
        }

        Assert.Equal((503, "database.not_migrated", null), await Ready());
        await server.Kill(cancellationToken);
        Assert.Equal((503, "database.unreachable", "5"), await Ready());
        await server.Restart(cancellationToken);
        Assert.Equal((503, "database.not_migrated", null), await Ready());
        Assert.Equal(200, (int)(await http.GetAsync(new Uri("/health/live", UriKind.Relative), cancellationToken)).StatusCode);
    }

    [Fact]
    public async Task With_a_setting_missing_it_does_not_start_and_says_which()
    {
        var folder = Directory.CreateTempSubdirectory("hub-web-unset-").FullName;

        var failure = await Assert.ThrowsAsync<ProcessFailedException>(() => WebDoor.Start("", folder, "web"));

        Assert.Contains("ConnectionString", failure.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 1", failure.Message, StringComparison.Ordinal);
    }

    private Task<Said> Report(JsonObject record, string? key) => door.Send(
        HttpMethod.Post, "/api/v1/aid-records", record.ToJsonString(),
        change: request =>
        {
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
        });

    private static JsonObject Record(string local) => JsonNode.Parse(
        $$"""
        {
          "aidId": "{{WebDoor.Uscc}}-{{local}}", "version": 1, "uscc": "{{WebDoor.Uscc}}",
          "referralId": "0195a2c0-0000-7000-8000-000000000010", "kind": "ZY", "form": "CASH", "amount": "1234.50",
          "quantity": null, "unit": null, "date": "2026-03-02", "funding": "CHARITY_GENERAL", "fundId": null,
          "project": "示例助医项目", "paymentRef": "PAY-0001", "status": "PAID", "reversesId": null
        }
        """)!.AsObject();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
