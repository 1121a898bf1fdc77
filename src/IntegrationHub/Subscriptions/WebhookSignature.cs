using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Subscriptions;

/// <summary>Signs webhooks by the Standard Webhooks scheme, symmetric v1.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private const int SecretSize = 32;

    public static (byte[] Secret, string Shown) NewSecret()
    {
        var secret = RandomNumberGenerator.GetBytes(SecretSize);
        return (secret, SecretPrefix + Convert.ToBase64String(secret));
    }

    /// <summary>One signature for each secret, so that a receiver may change from one to the next when it likes.</summary>
    public static string Of(IEnumerable<byte[]> secrets, string id, long unixSeconds, ReadOnlyMemory<byte> body) =>
        string.Join(' ', secrets.Select(secret => Of(secret, id, unixSeconds, body.Span)));

    /// <summary>The <c>webhook-signature</c> header: what was signed is <c>id.timestamp.body</c>.</summary>
    public static string Of(byte[] secret, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.")));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
