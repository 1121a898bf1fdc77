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
}

[OptionsValidator]
internal sealed partial class CharityOptionsValidator : IValidateOptions<CharityOptions>;
