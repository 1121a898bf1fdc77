using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Mocks.CharityFederation;

/// <summary>Where the federation finds its organisations and which key its readers must show.</summary>
internal sealed class FederationOptions
{
    /// <summary>Path of the directory CSV (contracts/codes/demo-organisations.csv).</summary>
    [Required]
    public string Organisations { get; init; } = "";

    [Required]
    public string ApiKey { get; init; } = "";
}

/// <summary>Stops the mock at start when a required setting is missing.</summary>
[OptionsValidator]
internal sealed partial class FederationOptionsValidator : IValidateOptions<FederationOptions>;
