using System.Net;
using MtlsTools.Names;

namespace MtlsTools.Tests.Names;

public class AlternativeNameTests
{
    [Theory]
    // host names
    [InlineData("localhost", AlternativeNameKind.Dns, "localhost")]
    [InlineData(" DNS:api.example.com ", AlternativeNameKind.Dns, "api.example.com")]
    [InlineData("dns:a_b.example.com", AlternativeNameKind.Dns, "a_b.example.com")]
    [InlineData("*.example.com", AlternativeNameKind.Dns, "*.example.com")]
    [InlineData("münchen.example", AlternativeNameKind.Dns, "xn--mnchen-3ya.example")]
    [InlineData("*.münchen.example", AlternativeNameKind.Dns, "*.xn--mnchen-3ya.example")]
    // addresses
    [InlineData("10.0.0.1", AlternativeNameKind.IpAddress, "10.0.0.1")]
    [InlineData("IP:2001:DB8:0::1", AlternativeNameKind.IpAddress, "2001:db8::1")]
    [InlineData("IP Address:10.0.0.1", AlternativeNameKind.IpAddress, "10.0.0.1")]
    [InlineData("::1", AlternativeNameKind.IpAddress, "::1")]
    [InlineData("fe80::1%3", AlternativeNameKind.IpAddress, "fe80::1")]
    // the others
    [InlineData("email:ann@example.org", AlternativeNameKind.Email, "ann@example.org")]
    [InlineData("URI:spiffe://example.org/ns/a", AlternativeNameKind.Uri, "spiffe://example.org/ns/a")]
    public void Reads(string text, AlternativeNameKind kind, string value)
    {
        var name = AlternativeName.Parse(text);

        Assert.Equal((kind, value), (name.Kind, name.Value));
        Assert.Equal(name, AlternativeName.Parse(name.ToString()));
    }

    [Theory]
    // labels
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.b.")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("https://example.org")]
    [InlineData("example.org:443")]
    [InlineData("ex!mple.örg")]
    // wildcards stand for the whole first label
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a*.example.com")]
    [InlineData("a.*.example.com")]
    [InlineData("*.*.example.com")]
    // a last label of digits
    [InlineData("a.1")]
    // short, octal and hexadecimal addresses mean different machines to different programs
    [InlineData("IP:10.1")]
    [InlineData("IP:010.0.0.1")]
    [InlineData("IP:0x0a000001")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    // the others
    [InlineData("IP:localhost")]
    [InlineData("email:ann")]
    [InlineData("email:@example.org")]
    [InlineData("email:")]
    [InlineData("email:zoë@example.org")]
    [InlineData("URI:/relative")]
    [InlineData("URI:https://exämple.org")]
    public void Refuses(string text) =>
        Assert.Equal(ErrorCode.NameInvalid, Assert.Throws<NameException>(() => AlternativeName.Parse(text)).Code);

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    public void An_address_is_no_dns_name(string address)
    {
        Assert.Equal(ErrorCode.IpAddressInDnsName, Assert.Throws<NameException>(() => AlternativeName.Dns(address)).Code);
        Assert.Equal(ErrorCode.IpAddressInDnsName, Assert.Throws<NameException>(() => AlternativeName.Parse("DNS:" + address)).Code);
    }

    [Fact]
    public void Host_names_have_labels_of_63_and_253_characters_at_most()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('a', 61)}";

        Assert.Equal(longest, AlternativeName.Dns(longest).Value);
        Assert.Throws<NameException>(() => AlternativeName.Dns(longest + "a"));
        Assert.Throws<NameException>(() => AlternativeName.Dns(label + "a"));
    }

    [Fact]
    public void Lists_are_split_and_duplicates_dropped() =>
        Assert.Equal(
            ["DNS:a.example", "IP:10.0.0.1", "DNS:b.example"],
            AlternativeNames.Parse(["DNS:a.example, IP:10.0.0.1", "b.example", "a.example,"]).Select(name => name.ToString()));

    [Fact]
    public void Addresses_lose_their_scope() =>
        Assert.Equal("fe80::1", AlternativeName.Ip(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3)).Value);
}
