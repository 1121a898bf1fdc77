using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Tests.Disclosure;

public sealed class FileSealingTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly X509Certificate2 Good = Rsa(2048);

    [Fact]
    public void A_certificate_can_be_used_from_its_first_to_its_last_second()
    {
        Assert.Null(FileSealing.ObjectionTo(Good.RawData, From));
        Assert.Null(FileSealing.ObjectionTo(Good.RawData, To));
        Assert.Equal("It is not valid now.", FileSealing.ObjectionTo(Good.RawData, From.AddSeconds(-1)));
        Assert.Equal("It is not valid now.", FileSealing.ObjectionTo(Good.RawData, To.AddSeconds(1)));
    }

    [Fact]
    public void A_key_that_is_short_or_none_of_rsa_and_bytes_that_are_no_certificate_are_refused()
    {
        using var small = Rsa(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=one", curve, HashAlgorithmName.SHA256).CreateSelfSigned(From, To);

        Assert.Equal("Its key has fewer than 2048 bits.", FileSealing.ObjectionTo(small.RawData, From));
        Assert.Equal("It holds no RSA key.", FileSealing.ObjectionTo(other.RawData, From));
        Assert.Equal("It is no X.509 certificate.", FileSealing.ObjectionTo([1, 2, 3], From));
    }

    [Fact]
    public void It_may_come_as_text_or_bytes_and_is_kept_as_bytes()
    {
        var text = Encoding.ASCII.GetBytes(Good.ExportCertificatePem());

        Assert.Null(FileSealing.ObjectionTo(text, From));
        Assert.Equal(Good.RawData, FileSealing.ToDer(text));
        Assert.Equal(Good.RawData, FileSealing.ToDer(Good.RawData));
    }

    private static X509Certificate2 Rsa(int bits)
    {
        using var key = RSA.Create(bits);
        return new CertificateRequest("CN=one", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(From, To);
    }
}
