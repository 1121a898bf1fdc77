using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.X509;

namespace IntegrationHub.Disclosure;

/// <summary>
/// Seals a file for an organisation's certificate: CMS EnvelopedData (RFC 5652) with AES-256, which
/// <c>openssl cms -decrypt</c> opens with the organisation's own key. Nobody else can, the hub neither.
/// </summary>
internal static class FileSealing
{
    private const int SmallestKey = 2048;

    /// <summary>Why a certificate cannot be used, or null.</summary>
    public static string? ObjectionTo(byte[] certificate, DateTimeOffset now)
    {
        try
        {
            using var parsed = Load(certificate);
            using var key = parsed.GetRSAPublicKey();
            return key is null ? "It holds no RSA key."
                : key.KeySize < SmallestKey ? $"Its key has fewer than {SmallestKey} bits."
                : now < parsed.NotBefore || now > parsed.NotAfter ? "It is not valid now."
                : null;
        }
        catch (CryptographicException)
        {
            return "It is no X.509 certificate.";
        }
    }

    /// <summary>The certificate as DER, whether it came as DER or PEM.</summary>
    public static byte[] ToDer(byte[] certificate)
    {
        using var parsed = Load(certificate);
        return parsed.RawData;
    }

    public static byte[] Seal(byte[] plain, byte[] certificate)
    {
        var generator = new CmsEnvelopedDataGenerator();
        generator.AddKeyTransRecipient(new X509CertificateParser().ReadCertificate(certificate));
        return generator.Generate(new CmsProcessableByteArray(plain), NistObjectIdentifiers.IdAes256Cbc).GetEncoded();
    }

    private static X509Certificate2 Load(byte[] certificate) =>
        certificate.AsSpan().StartsWith("-----BEGIN"u8)
            ? X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(certificate))
            : X509CertificateLoader.LoadCertificate(certificate);
}
