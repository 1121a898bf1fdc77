using System.Text;
using IntegrationHub.Intake;
using IntegrationHub.Protection;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace IntegrationHub.Tests.Intake;

/// <summary>SM3 (GB/T 32905) as manifests name it, with the vectors of domain.md §2.2.</summary>
public sealed class DigestTests
{
    [Theory]
    [InlineData("abc", 1, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [InlineData("abcd", 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    public async Task An_archived_file_has_the_sm3_of_its_content(string text, int times, string digest)
    {
        var folder = Directory.CreateTempSubdirectory("hub-archive-");
        try
        {
            var archive = new Archive(new Keyring(new byte[32]), Options.Create(new ArchiveOptions { Folder = folder.FullName }));
            var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

            var kept = await archive.Keep(new MemoryStream(content), withSm3: true, TestContext.Current.CancellationToken);

            Assert.Equal(digest, kept.Sm3);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_keyed_sm3_is_that_of_the_vector()
    {
        var mac = new HMac(new SM3Digest());
        mac.Init(new KeyParameter("demo-key"u8));
        mac.BlockUpdate("4104|20240101|1"u8);
        var digest = new byte[32];
        mac.DoFinal(digest);

        Assert.Equal("c9d6cf3267d5785e3b9707010fe39e592ea76a48061a990055db3ee2dd751d14", Convert.ToHexStringLower(digest));
    }
}
