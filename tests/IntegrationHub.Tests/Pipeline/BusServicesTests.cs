using IntegrationHub.Bus;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Tests.Pipeline;

public sealed class BusServicesTests
{
    [Fact]
    public void The_bus_library_reports_to_nobody()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Hub:Bus:Transport"] = "InMemory" }).Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging()
            .AddHubBus(configuration, _ => { }, (_, _, _) => { })
            .BuildServiceProvider();

        Assert.False(services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
        Assert.True(new UsageTelemetryOptions().Enabled); // it would
    }

    [Fact]
    public void Every_endpoint_takes_a_message_of_the_catalogue_and_every_consumer_has_one()
    {
        using var services = IntegrationHub.Pipeline.HubMessages.AddHubMessages(new ServiceCollection()).BuildServiceProvider();
        var messages = services.GetRequiredService<MessageCatalogue>();
        var endpoints = services.GetRequiredService<EndpointCatalogue>();

        Assert.All(endpoints.All, endpoint =>
        {
            Assert.True(messages.TryFind(endpoint.Topic, out var kind), endpoint.Topic);
            Assert.Contains(endpoint.Consumer, kind.Consumers);
            Assert.Equal(kind, endpoint.KindOf(MassTransit.MessageUrn.ForTypeString(kind.Type), messages));
        });
        Assert.True(endpoints.TryFind("hub.review-aid", out var two));
        Assert.Equal("people-changed:v1", two.KindOf(MassTransit.MessageUrn.ForTypeString<global::IntegrationHub.Contracts.Messages.PeopleChanged>(), messages)?.Topic);
        Assert.Null(two.KindOf("urn:message:Any", messages));
        Assert.Equal(
            services.GetServices<MessageKind>().SelectMany(kind => kind.Consumers).Distinct().Order(StringComparer.Ordinal),
            endpoints.All.Select(endpoint => endpoint.Consumer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_endpoints_share_one_error_queue_and_one_for_what_nobody_consumes()
    {
        Assert.Equal(BusQueues.Error, new BusQueues.SharedError().FormatErrorQueueName("hub.fan-out"));
        Assert.Equal(BusQueues.Skipped, new BusQueues.SharedSkipped().FormatDeadLetterQueueName("hub.fan-out"));
    }
}
