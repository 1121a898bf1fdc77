using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>
/// One province: <c>Hub:Provincial</c> is the first, <c>Hub:Provinces:0</c>, <c>1</c> … are more of them. What is peculiar
/// to a province stands in its layouts.
/// </summary>
public sealed class ProvincialOptions
{
    /// <summary>The source's code: its runs, streams and records go by it.</summary>
    [Required]
    [RegularExpression("^[a-z][a-z0-9-]{1,30}$")]
    public string Source { get; init; } = "provincial";

    /// <summary>Folder the platform drops its files into.</summary>
    [Required]
    public string DropFolder { get; init; } = "";

    /// <summary>Folder of the province's layouts; those of <c>contracts/provincial</c> when empty.</summary>
    public string Layouts { get; init; } = "";

    /// <summary>Base address of the platform's "+OK" API. A further province without one sends files only.</summary>
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

    /// <summary>Whether it offers the tree over its book; without one the whole book is read for every comparison.</summary>
    public bool OffersTree { get; init; } = true;
}

[OptionsValidator]
internal sealed partial class ProvincialOptionsValidator : IValidateOptions<ProvincialOptions>;
