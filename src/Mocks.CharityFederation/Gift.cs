namespace Mocks.CharityFederation;

/// <summary>What an organisation gives: money has an amount, everything else a quantity and its unit.</summary>
internal sealed record Gift(string Form, decimal? Amount, int? Quantity, string? Unit);
