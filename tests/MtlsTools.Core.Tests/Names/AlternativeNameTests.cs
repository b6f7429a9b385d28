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
    [InlineData("a.example.", AlternativeNameKind.Dns, "a.example")]
    [InlineData("*.münchen.example", AlternativeNameKind.Dns, "*.xn--mnchen-3ya.example")]
    // addresses
    [InlineData("10.0.0.1", AlternativeNameKind.IpAddress, "10.0.0.1")]
    [InlineData("IP:2001:DB8:0::1", AlternativeNameKind.IpAddress, "2001:db8::1")]
    [InlineData("IP Address:10.0.0.1", AlternativeNameKind.IpAddress, "10.0.0.1")]
    [InlineData("::1", AlternativeNameKind.IpAddress, "::1")]
    [InlineData("fe80::1%3", AlternativeNameKind.IpAddress, "fe80::1")]
    // the others
    [InlineData("email:ann@example.org", AlternativeNameKind.Email, "ann@example.org")]
    [InlineData("email:ann@münchen.example", AlternativeNameKind.Email, "ann@xn--mnchen-3ya.example")]
    [InlineData("UPN:ann@corp.example", AlternativeNameKind.Upn, "ann@corp.example")]
    [InlineData("dirName:/O=Acme/CN=a", AlternativeNameKind.DirectoryName, "CN=a,O=Acme")]
    [InlineData("RID:1.2.3", AlternativeNameKind.RegisteredId, "1.2.3")]
    [InlineData("otherName:1.2.3;utf8:x", AlternativeNameKind.Other, "1.2.3;UTF8:x")]
    [InlineData("URI:https://example.org/a,b?c=d,e", AlternativeNameKind.Uri, "https://example.org/a,b?c=d,e")]
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
    [InlineData("*.com")]
    [InlineData("*.com.")]
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
    [InlineData("a..")]
    [InlineData("UPN:ann")]
    [InlineData("dirName:")]
    [InlineData("dirName:ann")]
    [InlineData("RID:x")]
    [InlineData("RID:9.1")]
    [InlineData("otherName:1.2.3")]
    [InlineData("otherName:x;UTF8:y")]
    [InlineData("otherName:1.2.3;UTF8:")]
    [InlineData("otherName:1.2.3;FORMAT:y")]
    [InlineData("email:ann@ex ample.org")]
    [InlineData("email:a b@example.org")]
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

    [Theory]
    // the documents' own
    [InlineData("DNS:server.example.com,IP:127.0.0.1", "DNS:server.example.com|IP:127.0.0.1")]
    // commas that belong to a name
    [InlineData("URI:https://a.example/x,y,DNS:b.example", "URI:https://a.example/x,y|DNS:b.example")]
    [InlineData("DNS:b.example,URI:spiffe://a.example/x,y", "DNS:b.example|URI:spiffe://a.example/x,y")]
    [InlineData("dirName:CN=a,O=Acme,C=FR, IP Address:10.0.0.1", "dirName:CN=a,O=Acme,C=FR|IP:10.0.0.1")]
    [InlineData("uri:urn:a,uri:urn:b", "URI:urn:a|URI:urn:b")]
    public void Commas_of_a_name_survive(string list, string expected) =>
        Assert.Equal(expected, string.Join('|', AlternativeNames.Parse([list])));

    [Fact]
    public void Addresses_lose_their_scope() =>
        Assert.Equal("fe80::1", AlternativeName.Ip(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3)).Value);
}
