using System.Net;
using System.Text;
using IntegrationHub.Adapters.Charity;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Contracts;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Tests.Reconciliation;

/// <summary>The two partners' books, read from answers in the words of their contracts.</summary>
public sealed class PartnerBookTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_federations_book_is_all_pages_of_its_digest_and_the_totals_of_any()
    {
        var book = Charity(request => request.RequestUri?.Query.Contains("cursor=A-1", StringComparison.Ordinal) == true
            ? """{"count":2,"sum":"1234.50","items":[{"aidId":"A-2","hash":"two"}],"next":null}"""
            : """{"count":2,"sum":"1234.50","items":[{"aidId":"A-1","hash":"one"}],"next":"A-1"}""");

        Assert.Equal(new BookTotals(2, 1234.50m), await book.Totals(Token));
        Assert.Equal(
            new Dictionary<string, string> { ["A-1"] = "one", ["A-2"] = "two" }, await book.AidHashes(Token));
        Assert.Equal(("charity", BookRole.Giver), (book.Source, book.Role));
    }

    [Fact]
    public async Task The_platforms_book_is_all_pages_of_its_digest_and_its_summary()
    {
        var book = Provincial(request => request.RequestUri?.AbsolutePath == "/api/dsr/charity-aid/summary"
            ? """{"status":"+OK","count":"1","sum":"-3.25"}"""
            : """{"status":"+OK","total":"1","pageNo":"1","rows":[{"aidId":"A-1","hash":"one"}]}""");

        Assert.Equal(new BookTotals(1, -3.25m), await book.Totals(Token));
        Assert.Equal(new Dictionary<string, string> { ["A-1"] = "one" }, await book.AidHashes(Token));
        Assert.Equal(("provincial", BookRole.Informed), (book.Source, book.Role));
    }

    [Theory]
    [InlineData("""{"items":[],"next":null}""")]
    [InlineData("""{"count":"2","sum":"1.00","items":[],"next":null}""")]
    [InlineData("""{"count":2,"sum":1.00,"items":[],"next":null}""")]
    [InlineData("""{"count":2,"sum":"many","items":[],"next":null}""")]
    [InlineData("""["nothing"]""")]
    [InlineData("<html>")]
    public async Task Totals_that_the_federations_contract_rules_out_are_unreadable(string answer) =>
        Assert.Equal("partner.unreadable", await CodeOf(Charity(_ => answer).Totals(Token)));

    [Theory]
    [InlineData("""{"next":null}""")]
    [InlineData("""{"items":[{"hash":"one"}],"next":null}""")]
    [InlineData("""{"items":"none","next":null}""")]
    public async Task A_list_that_the_federations_contract_rules_out_is_unreadable(string answer) =>
        Assert.Equal("partner.unreadable", await CodeOf(Charity(_ => answer).AidHashes(Token)));

    [Theory]
    [InlineData("""{"status":"+OK"}""")]
    [InlineData("""{"status":"+OK","count":"one","sum":"1.00"}""")]
    [InlineData("""{"status":"+OK","count":1,"sum":"1.00"}""")]
    public async Task Totals_that_the_platforms_contract_rules_out_are_unreadable(string answer) =>
        Assert.Equal("partner.unreadable", await CodeOf(Provincial(_ => answer).Totals(Token)));

    [Fact]
    public async Task A_partner_that_refuses_the_key_says_so()
    {
        Assert.Equal("partner.unauthorised", await CodeOf(Charity(_ => null).Totals(Token)));
        Assert.Equal("partner.unauthorised", await CodeOf(Charity(_ => null).AidHashes(Token)));
        Assert.Equal("partner.unauthorised", await CodeOf(Provincial(_ => null).Totals(Token)));
    }

    private static async Task<string> CodeOf<T>(Task<T> reading) =>
        (await Assert.ThrowsAsync<HubProblemException>(() => reading)).Code;

    private static CharityBook Charity(Func<HttpRequestMessage, string?> answer)
    {
        var options = Options.Create(new CharityOptions { BaseUrl = "http://127.0.0.1:1", ApiKey = "key" });
        var http = new HttpClient(new Partner(answer));
        return new CharityBook(new CharityClient(http, options, TimeProvider.System), http, options, TimeProvider.System);
    }

    private static ProvincialBook Provincial(Func<HttpRequestMessage, string?> answer) => new(new ProvincialClient(
        new HttpClient(new Partner(answer)),
        Options.Create(new ProvincialOptions { BaseUrl = "http://127.0.0.1:1", ApiKey = "key" }),
        TimeProvider.System));

    /// <summary>Answers without a network; null is a refusal.</summary>
    private sealed class Partner(Func<HttpRequestMessage, string?> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var text = answer(request);
            return Task.FromResult(new HttpResponseMessage(text is null ? HttpStatusCode.Forbidden : HttpStatusCode.OK)
            {
                Content = new StringContent(text ?? "", Encoding.UTF8, "application/json"),
            });
        }
    }
}
