using System.Text;
using CsCheck;
using IntegrationHub.Protection;
using Org.BouncyCastle.Crypto.Digests;

namespace IntegrationHub.Tests.Protection;

/// <summary>SM3 is our own code: the vectors of domain.md §2.2, and another implementation over every length around its blocks.</summary>
public sealed class DigestsTests
{
    [Theory]
    [InlineData("abc", 1, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [InlineData("abcd", 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    public void SM3_gives_the_standards_vectors(string text, int times, string hash) =>
        Assert.Equal(hash, Hex(Digests.Sm3.Hash(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times))))));

    [Fact]
    public void Its_keyed_form_gives_the_vector() => Assert.Equal(
        "c9d6cf3267d5785e3b9707010fe39e592ea76a48061a990055db3ee2dd751d14",
        Hex(Digests.Sm3.Hmac("demo-key"u8, "4104|20240101|1"u8)));

    [Fact]
    public void SM3_agrees_with_another_implementation_at_every_length()
    {
        for (var length = 0; length <= 200; length++)
        {
            var data = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
            Assert.Equal(Hex(Known(data)), Hex(Digests.Sm3.Hash(data)));
        }
    }

    [Fact]
    public void A_long_key_is_hashed_first() => Gen.Byte.Array[60, 70].Sample(key =>
        Digests.Sm3.Hmac(key, [1, 2]).SequenceEqual(Digests.Sm3.Hmac(key.Length > 64 ? Known(key) : key, [1, 2])));

    [Fact]
    public void A_digest_is_found_by_the_name_it_is_stored_under()
    {
        Assert.Same(Digests.Sm3, Digests.Find("SM3"));
        Assert.Same(Digests.Sha256, Digests.Find("SHA-256"));
        Assert.Null(Digests.Find("MD5"));
        Assert.All([Digests.Sm3, Digests.Sha256], digest => Assert.Equal(digest.Size, digest.Hash([]).Length));
    }

    private static byte[] Known(byte[] data)
    {
        var digest = new SM3Digest();
        digest.BlockUpdate(data, 0, data.Length);
        var hash = new byte[digest.GetDigestSize()];
        digest.DoFinal(hash, 0);
        return hash;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
