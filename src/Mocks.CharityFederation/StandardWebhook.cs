using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mocks.CharityFederation;

/// <summary>How the check of a signed webhook ended.</summary>
internal enum Verdict
{
    Genuine,
    Forged,
    Stale,
}

/// <summary>Verifies webhooks signed by the Standard Webhooks scheme (symmetric, v1).</summary>
internal static class StandardWebhook
{
    private const string SecretPrefix = "whsec_";
    private const string SignaturePrefix = "v1,";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public static byte[]? TryReadSecret(string? secret)
    {
        if (secret is null || !secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length > 0
            ? key[..length]
            : null;
    }

    public static Verdict Judge(
        byte[] secret, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (id.Length == 0 || !IsSigned(signatures, Sign(secret, id, timestamp, body)))
            return Verdict.Forged;
        return IsCurrent(timestamp, now) ? Verdict.Genuine : Verdict.Stale;
    }

    private static byte[] Sign(byte[] secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static bool IsSigned(string signatures, byte[] expected)
    {
        var signed = false;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // No early way out: how long it takes must not tell which signature fitted.
            signed |= signature.StartsWith(SignaturePrefix, StringComparison.Ordinal)
                && Convert.TryFromBase64String(signature[SignaturePrefix.Length..], given, out var length)
                && CryptographicOperations.FixedTimeEquals(given[..length], expected);
        }

        return signed;
    }

    private static bool IsCurrent(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) <= (decimal)Window.TotalSeconds;
}
