using System.Security.Cryptography;

namespace IntegrationHub.Protection;

/// <summary>An asymmetric signature under a name, so that an outsider can check what the hub says with a public key alone.</summary>
public interface ISignatureSuite
{
    /// <summary>The name it is stored under.</summary>
    string Name { get; }

    /// <summary>A new private key, PKCS #8.</summary>
    byte[] NewKey();

    /// <summary>What outsiders need of it, SubjectPublicKeyInfo.</summary>
    byte[] PublicOf(byte[] privateKey);

    byte[] Sign(byte[] privateKey, ReadOnlySpan<byte> data);

    /// <summary>False for any signature that is not of these bytes by this key, however malformed.</summary>
    bool Verify(byte[] publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}

/// <summary>The signatures this version knows. SM2 would be a second row here.</summary>
public static class SignatureSuites
{
    public static readonly ISignatureSuite EcdsaP256 = new EcdsaP256Suite();

    /// <summary>Null if the name is none of ours.</summary>
    public static ISignatureSuite? Find(string name) => name == EcdsaP256.Name ? EcdsaP256 : null;

    /// <summary>A short name of a public key, the same wherever it is computed.</summary>
    public static string KeyId(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey))[..16];

    // Signatures are DER, as `openssl dgst -sha256 -verify` reads them.
    private sealed class EcdsaP256Suite : ISignatureSuite
    {
        public string Name => "ECDSA-P256-SHA256";

        public byte[] NewKey()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return key.ExportPkcs8PrivateKey();
        }

        public byte[] PublicOf(byte[] privateKey)
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(privateKey, out _);
            return key.ExportSubjectPublicKeyInfo();
        }

        public byte[] Sign(byte[] privateKey, ReadOnlySpan<byte> data)
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(privateKey, out _);
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }

        public bool Verify(byte[] publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            try
            {
                using var key = ECDsa.Create();
                key.ImportSubjectPublicKeyInfo(publicKey, out _);
                return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }
}
