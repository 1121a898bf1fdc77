using System.Net;
using IntegrationHub.Subscriptions;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("172.15.255.255")] // the last before a private network
    [InlineData("172.32.0.0")] // the first behind it
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:93.184.215.14")]
    public void A_public_address_is_one(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.255.255")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")] // wraps 127.0.0.1
    [InlineData("2002:7f00:1::")] // wraps 127.0.0.1
    [InlineData("2001:db8::1")]
    [InlineData("192.0.0.170")]
    [InlineData("240.0.0.1")]
    [InlineData("fec0::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")] // translated
    [InlineData("64:ff9b:1::a00:1")] // a translator of one's own
    [InlineData("2001:0:7f00:1::")] // Teredo
    [InlineData("fd00:ec2::254")] // where a cloud keeps its secrets
    public void Every_other_address_is_not(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));
}
