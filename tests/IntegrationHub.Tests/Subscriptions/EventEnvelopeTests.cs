using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Subscriptions;
using IntegrationHub.Testing.Processes;
using NJsonSchema;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class EventEnvelopeTests
{
    private static readonly JsonNode Example = JsonNode.Parse(File.ReadAllText(
        Path.Combine(Checkout.Root, "contracts", "events", "examples", "referral.offered.json")))!;

    [Fact]
    public void An_offer_is_written_as_the_example_of_the_contract_shows()
    {
        var written = JsonNode.Parse(EventEnvelope.Write(OfExample(), sequence: 38))!;

        Assert.Equal(
            ["data", "datacontenttype", "id", "sequence", "source", "specversion", "subject", "time", "type"],
            written.AsObject().Select(member => member.Key).Order());
        Assert.Equal("1.0", (string?)written["specversion"]);
        Assert.Equal("cn.integrationhub.referral.offered.v1", (string?)written["type"]);
        Assert.Equal("/integration-hub", (string?)written["source"]);
        Assert.Equal("application/json", (string?)written["datacontenttype"]);
        Assert.Equal("38", (string?)written["sequence"]);
        Assert.Equal((string?)Example["id"], (string?)written["id"]);
        Assert.Equal((string?)Example["subject"], (string?)written["subject"]);
        Assert.True(JsonNode.DeepEquals(Example["data"], written["data"]));
        Assert.Equal(
            DateTimeOffset.Parse((string)Example["time"]!, null), DateTimeOffset.Parse((string)written["time"]!, null));
    }

    [Fact]
    public async Task It_is_valid_against_the_schema_of_its_type_and_without_its_number_it_is_not()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Checkout.Root, "contracts", "events", "referral.offered.schema.json"),
            TestContext.Current.CancellationToken);
        var written = JsonNode.Parse(EventEnvelope.Write(OfExample(), sequence: 38))!.AsObject();

        Assert.Empty(schema.Validate(written.ToJsonString()));

        written["sequence"] = 38;
        Assert.NotEmpty(schema.Validate(written.ToJsonString()));
    }

    [Fact]
    public void Data_that_is_no_json_is_not_sent_as_if_it_were() =>
        Assert.ThrowsAny<JsonException>(() => EventEnvelope.Write(OfExample() with { Data = "{" }, sequence: 1));

    private static HubEvent OfExample() => new()
    {
        EventId = Guid.Parse((string)Example["id"]!),
        Type = "referral.offered",
        Subject = (string)Example["subject"]!,
        Time = DateTimeOffset.Parse((string)Example["time"]!, null),
        Recipient = "534104995010000253",
        Data = Example["data"]!.ToJsonString(),
    };
}
