using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Charity;

public sealed class CharityOptions
{
    /// <summary>Base address of the federation's API.</summary>
    [Required]
    public string BaseUrl { get; init; } = "";

    public string ApiKey { get; init; } = "";

    [Range(1, 1_000)]
    public int PageSize { get; init; } = 500;

    /// <summary>Whether it offers the tree over its book; without one the whole book is read for every comparison.</summary>
    public bool OffersTree { get; init; } = true;
}

[OptionsValidator]
internal sealed partial class CharityOptionsValidator : IValidateOptions<CharityOptions>;
