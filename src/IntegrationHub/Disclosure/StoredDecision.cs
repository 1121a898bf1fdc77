namespace IntegrationHub.Disclosure;

/// <summary>A decision as it stands in the book, with the instant it was made at.</summary>
public sealed record StoredDecision(DecisionRow Row, DateTimeOffset At);
