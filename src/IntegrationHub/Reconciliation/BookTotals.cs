namespace IntegrationHub.Reconciliation;

/// <summary>What a book comes to: how many aids, and the sum of their amounts in CNY.</summary>
public sealed record BookTotals(long Count, decimal Sum);
