using IntegrationHub.Protection;

namespace IntegrationHub.Tests.Protection;

public sealed class SignatureSuitesTests
{
    private static readonly ISignatureSuite Suite = SignatureSuites.EcdsaP256;

    [Fact]
    public void A_signature_is_good_for_its_bytes_and_its_key_and_nothing_else()
    {
        var key = Suite.NewKey();
        var signature = Suite.Sign(key, "root"u8);

        Assert.True(Suite.Verify(Suite.PublicOf(key), "root"u8, signature));
        Assert.False(Suite.Verify(Suite.PublicOf(key), "rood"u8, signature));
        Assert.False(Suite.Verify(Suite.PublicOf(Suite.NewKey()), "root"u8, signature));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01 })]
    public void Nonsense_is_no_signature(byte[] nonsense) =>
        Assert.False(Suite.Verify(Suite.PublicOf(Suite.NewKey()), "root"u8, nonsense));

    [Fact]
    public void What_is_no_key_verifies_nothing() => Assert.False(Suite.Verify([1, 2, 3], "root"u8, [1]));

    [Fact]
    public void A_key_file_opens_under_its_master_key_only_and_a_replaced_key_is_kept()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "key");
            var file = new SigningKeyFile(new Keyring(new byte[32]), path);
            Assert.Null(file.Read());
            file.Write([1, 2, 3], replacedKeyId: null);
            Assert.Throws<IOException>(() => file.Write([4], replacedKeyId: null));
            file.Write([5, 6], "old");

            Assert.Equal([5, 6], file.Read());
            Assert.Equal([1, 2, 3], new SigningKeyFile(new Keyring(new byte[32]), $"{path}.old").Read());
            Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(
                () => new SigningKeyFile(new Keyring([.. Enumerable.Repeat((byte)1, 32)]), path).Read());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
