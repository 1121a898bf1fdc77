using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using IntegrationHub.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Protection;

public sealed class ProtectionOptions
{
    /// <summary>File with the master key: 32 bytes in base64. A reference, so that no configuration holds the secret.</summary>
    [Required]
    public string MasterKeyFile { get; init; } = "";

    /// <summary>File with the sealed private key that signs the audit roots; beside the master key unless named.</summary>
    public string? SigningKeyFile { get; init; }
}

[OptionsValidator]
internal sealed partial class ProtectionOptionsValidator : IValidateOptions<ProtectionOptions>;

public static class ProtectionServices
{
    public static IServiceCollection AddProtection(this IServiceCollection services)
    {
        services.AddOptions<ProtectionOptions>().BindConfiguration("Hub:Protection").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProtectionOptions>, ProtectionOptionsValidator>();
        services.AddSingleton(provider => Read(provider.GetRequiredService<IOptions<ProtectionOptions>>().Value.MasterKeyFile));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ProtectionOptions>>().Value;
            return new SigningKeyFile(
                provider.GetRequiredService<Keyring>(), options.SigningKeyFile ?? $"{options.MasterKeyFile}.signing");
        });
        return services;
    }

    /// <summary>Writes a fresh master key if the file is absent. Only for trials: a real key comes from its custodian.</summary>
    public static void CreateForTrial(string file)
    {
        if (File.Exists(file))
            return;
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static Keyring Read(string file)
    {
        try
        {
            return new Keyring(Convert.FromBase64String(File.ReadAllText(file).Trim()));
        }
        catch (Exception failure) when (failure is IOException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            throw new HubProblemException(
                "protection.master_key",
                "The master key at Hub:Protection:MasterKeyFile is not readable as 32 bytes of base64.",
                "Name a readable file that holds the key; for a trial, run `hub migrate` once to make one.",
                failure);
        }
    }
}
