namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>All scenarios live in one hub, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Scenarios : ICollectionFixture<ScenarioHub>
{
    public const string Name = "scenarios";
}
