namespace IntegrationHub.Testing.Demo;

/// <summary>How many differences one named reason explains.</summary>
public sealed record ExplainedDifference(string Reason, int Count);
