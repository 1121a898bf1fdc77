namespace IntegrationHub.Testing.Populations;

/// <summary>Someone of the made-up world, as they truly are.</summary>
internal sealed record LivingPerson
{
    public required int Number { get; init; }
    public required int Household { get; init; }
    public required string Name { get; init; }
    public required int Sex { get; init; }
    public required DateOnly BornOn { get; init; }
    public required string IdNo { get; init; }
    public required string Division { get; init; }
    public required string Phone { get; init; }
}
