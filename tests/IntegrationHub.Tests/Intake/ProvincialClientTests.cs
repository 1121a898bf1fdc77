using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Architecture;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.Tests.Intake;

/// <summary>D11: what a partner's HTTP may do. Time is the test's, so that pauses and limits cost none.</summary>
public sealed class ProvincialClientTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.FromHours(8));
    private static readonly DateOnly Day = new(2026, 3, 2);

    public static readonly TheoryData<string, string> NoAnswers = new()
    {
        { "", "partner.unreadable" },
        { "<html><form>登录</form></html>", "partner.unreadable" }, // an expired key
        { "{\"status\":\"+ERR\",\"message\":\"系统忙\"}", "partner.unreadable" }, // 200 with an error
        { "{\"status\":\"+OK\"", "partner.unreadable" }, // cut off
        { "{\"rows\":[]}", "partner.unreadable" }, // no +OK
        { "[]", "partner.unreadable" },
        { "null", "partner.unreadable" },
        { "{\"status\":{\"+OK\":1}}", "partner.unreadable" },
        { "{\"status\":\"+OK\",\"rows\":[]}", "partner.unreadable" },
        { "{\"status\":\"+OK\",\"date\":\"20260302\",\"total\":\"many\",\"rows\":[]}", "partner.unreadable" },
        { "{\"status\":\"+OK\",\"date\":\"20260302\",\"total\":\"99999999999999999999\",\"rows\":[]}", "partner.unreadable" },
        { "{\"status\":\"+OK\",\"date\":\"20260302\",\"total\":\"1\",\"rows\":{}}", "partner.unreadable" },
    };

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task D11_an_answer_that_is_none_is_told_as_such(string body, string code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<HubProblemException>(() => Query(_ => Ok(body)))).Code);

    [Theory]
    [InlineData(401, "partner.unauthorised")]
    [InlineData(403, "partner.unauthorised")]
    [InlineData(400, "partner.rejected")]
    [InlineData(500, "partner.unreachable")]
    [InlineData(503, "partner.unreachable")]
    [InlineData(429, "partner.unreachable")]
    public async Task D11_a_status_that_lasts_has_its_code(int status, string code) => Assert.Equal(
        code, (await Assert.ThrowsAsync<HubProblemException>(() => Query(_ => new HttpResponseMessage((HttpStatusCode)status)))).Code);

    [Theory]
    [InlineData(429, 3)]
    [InlineData(503, 0)]
    public async Task D11_a_pause_that_is_asked_for_is_kept_and_then_it_goes_on(int status, int seconds)
    {
        var page = await Query(call => call == 1 ? Throttled(status, new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds))) : Ok(Page(0)));

        Assert.Equal(0, page.Total);
    }

    [Theory]
    [InlineData(-15)]
    [InlineData(15)]
    public async Task D11_a_pause_until_an_hour_is_read_by_the_partners_own_clock(int skewMinutes)
    {
        var theirs = Now.AddMinutes(skewMinutes);

        var page = await Query(call => call == 1 ? Throttled(429, new RetryConditionHeaderValue(theirs.AddSeconds(2)), theirs) : Ok(Page(0)));

        Assert.Equal(0, page.Total);
    }

    [Fact]
    public async Task D11_a_pause_beyond_an_operations_patience_is_told() => Assert.Equal(
        "partner.throttled",
        (await Assert.ThrowsAsync<HubProblemException>(() => Query(_ => Throttled(503, new RetryConditionHeaderValue(TimeSpan.FromHours(1)))))).Code);

    [Fact]
    public async Task D11_a_slow_drip_ends_with_the_operation()
    {
        var failure = await Assert.ThrowsAsync<HubProblemException>(() => Query(_ => new HttpResponseMessage { Content = new StreamContent(new Drip()) }));

        Assert.Equal("partner.unreachable", failure.Code);
    }

    [Fact]
    public async Task D11_an_answer_without_end_is_cut_off() => Assert.Equal(
        "partner.unreadable",
        (await Assert.ThrowsAsync<HubProblemException>(() => Query(_ => new HttpResponseMessage { Content = new StreamContent(new Endless()) }))).Code);

    [Fact]
    public async Task D11_gzip_that_is_none_is_no_answer()
    {
        static HttpResponseMessage Lie()
        {
            var answer = Ok("{\"status\":\"+OK\"");
            answer.Content.Headers.ContentEncoding.Add("gzip");
            return answer;
        }

        Assert.Equal("partner.unreadable", (await Assert.ThrowsAsync<HubProblemException>(() => Query(_ => Lie()))).Code);
    }

    [Fact]
    public async Task D11_a_server_that_recovers_is_asked_again()
    {
        var page = await Query(call => call < 3 ? Ok("<html>") : Ok(Page(1, "A")));

        Assert.Single(page.Rows);
    }

    [Fact]
    public async Task D11_rows_that_moved_between_pages_are_pulled_again()
    {
        // The first pull loses B and doubles A, and its count still fits.
        var snapshot = await Fetch(call => call switch
        {
            1 => Page(4, "A", "C"),
            2 => Page(4, "A", "D"),
            3 => Page(4),
            4 => Page(4, "A", "B"),
            5 => Page(4, "C", "D"),
            _ => Page(4),
        });

        Assert.Equal(4, snapshot.Manifest?.Rows);
        Assert.Equal("ABCD", await Names(snapshot));
    }

    [Fact]
    public async Task D11_pages_that_never_agree_are_held_by_their_count()
    {
        var snapshot = await Fetch(call => Page(call, "A", "B"));

        Assert.NotEqual(await Rows(snapshot), snapshot.Manifest?.Rows);
    }

    [Fact]
    public async Task D11_a_partner_without_a_last_page_is_left()
    {
        var made = 0;
        var snapshot = await Fetch(_ => Page(2, $"{made++}", $"{made++}"));

        Assert.True(made < 50);
        Assert.NotEqual(await Rows(snapshot), snapshot.Manifest?.Rows);
    }

    private static async Task<long> Rows(Snapshot snapshot)
    {
        await using var content = await snapshot.Open(TestContext.Current.CancellationToken);
        using var text = new StreamReader(content, leaveOpen: true);
        return (await text.ReadToEndAsync(TestContext.Current.CancellationToken)).Count(letter => letter == '\n');
    }

    private static async Task<string> Names(Snapshot snapshot)
    {
        await using var content = await snapshot.Open(TestContext.Current.CancellationToken);
        using var text = new StreamReader(content, leaveOpen: true);
        return string.Concat((await text.ReadToEndAsync(TestContext.Current.CancellationToken)).Where(char.IsAsciiLetterUpper));
    }

    private static string Page(long total, params string[] refs) =>
        $$"""{"status":"+OK","date":"20260302","total":"{{total}}","rows":[{{string.Join(',', refs.Select(name => $$"""{"x":"{{name}}"}"""))}}]}""";

    private static HttpResponseMessage Ok(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Throttled(int status, RetryConditionHeaderValue pause, DateTimeOffset? date = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        response.Headers.RetryAfter = pause;
        response.Headers.Date = date;
        return response;
    }

    private static Task<ProvincialPage> Query(Func<int, HttpResponseMessage> answer)
    {
        var time = new FakeTimeProvider(Now);
        return Lived(ClientOf(answer, time).Query("XQ", "410499", Day, 1, TestContext.Current.CancellationToken), time);
    }

    private static async Task<Snapshot> Fetch(Func<int, string> page)
    {
        var time = new FakeTimeProvider(Now);
        var contracts = new ContractsFolder(Path.Combine(Repository.Root, "contracts"));
        var options = new ProvincialOptions
        {
            DropFolder = Path.GetTempPath(),
            BaseUrl = "http://127.0.0.1:1",
            Counties = "410499",
            ApiTypes = "XQ",
            PageSize = 2,
        };
        var feed = new ProvincialFeed(ClientOf(call => Ok(page(call)), time), contracts, new ProblemTexts(contracts), options);
        var source = feed.Offer(Day).Single(offered => offered.Name.StartsWith("API_XQ", StringComparison.Ordinal));
        return await Lived(source.Fetch(TestContext.Current.CancellationToken), time);
    }

    private static ProvincialClient ClientOf(Func<int, HttpResponseMessage> answer, TimeProvider time) => new(
        new HttpClient(new Partner(answer)) { Timeout = Timeout.InfiniteTimeSpan },
        Options.Create(new ProvincialOptions { BaseUrl = "http://127.0.0.1:1", ApiKey = "key" }),
        time);

    // The test's time goes on while the operation waits.
    private static async Task<T> Lived<T>(Task<T> operation, FakeTimeProvider time)
    {
        for (var i = 0; i < 2_000 && !operation.IsCompleted; i++)
        {
            await Task.WhenAny(operation, Task.Delay(2, TestContext.Current.CancellationToken));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        return await operation;
    }

    private sealed class Partner(Func<int, HttpResponseMessage> answer) : HttpMessageHandler
    {
        private int _calls;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(++_calls));
    }

    private abstract class Source : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class Drip : Source
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    private sealed class Endless : Source
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
