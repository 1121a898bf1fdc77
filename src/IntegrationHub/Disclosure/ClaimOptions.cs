using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Disclosure;

/// <summary>How long what was given or asked stands.</summary>
public sealed class ClaimOptions
{
    /// <summary>How long a claim may be fetched again by the key that opened it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a recipient has to delete what was recalled (P7).</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan TimeToDelete { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a recipient has to take a correction over (P12).</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan TimeToCorrect { get; init; } = TimeSpan.FromDays(7);
}

[OptionsValidator]
internal sealed partial class ClaimOptionsValidator : IValidateOptions<ClaimOptions>;
