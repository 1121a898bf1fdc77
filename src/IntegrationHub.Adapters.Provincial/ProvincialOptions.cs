using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Provincial;

public sealed class ProvincialOptions
{
    /// <summary>Folder the platform drops its files into.</summary>
    [Required]
    public string DropFolder { get; init; } = "";

    /// <summary>Base address of the platform's "+OK" API.</summary>
    [Required]
    public string BaseUrl { get; init; } = "";

    public string ApiKey { get; init; } = "";

    /// <summary>Counties (GB/T 2260) asked for by the API, separated by commas.</summary>
    [Required]
    public string Counties { get; init; } = "";

    /// <summary>Types pulled by the API, separated by commas; the other types come as files. Text, because a bound list would append to its default.</summary>
    public string ApiTypes { get; init; } = "XQ,TY";

    [Range(1, 2_000)]
    public int PageSize { get; init; } = 500;
}

[OptionsValidator]
internal sealed partial class ProvincialOptionsValidator : IValidateOptions<ProvincialOptions>;
