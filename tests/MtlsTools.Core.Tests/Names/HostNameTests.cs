using MtlsTools.Names;

namespace MtlsTools.Tests.Names;

public class HostNameTests
{
    [Theory]
    // the same name, whatever its case or final dot
    [InlineData("api.example.com", "api.example.com", true)]
    [InlineData("API.example.com", "api.EXAMPLE.com", true)]
    [InlineData("api.example.com", "api.example.com.", true)]
    [InlineData("api.example.com", "example.com", false)]
    [InlineData("example.com", "api.example.com", false)]
    [InlineData("example.com", "badexample.com", false)]
    // a wildcard stands for one whole label, the first
    [InlineData("*.example.com", "api.example.com", true)]
    [InlineData("*.Example.com", "api.eXample.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("*.example.com", "a.b.example.com", false)]
    [InlineData("a.b.example.com,*.example.com", "a.b.example.com", true)]
    // addresses match address entries alone
    [InlineData("IP:10.0.0.1", "10.0.0.1", true)]
    [InlineData("IP:10.0.0.1", "10.0.0.2", false)]
    [InlineData("IP:2001:db8::1", "2001:DB8:0:0::1", true)]
    [InlineData("IP:2001:db8::1", "[2001:db8::1]", true)]
    [InlineData("api.example.com", "10.0.0.1", false)]
    [InlineData("IP:10.0.0.1", "api.example.com", false)]
    // an international name in either form
    [InlineData("xn--mnchen-3ya.example", "münchen.example", true)]
    [InlineData("*.example.com", "münchen.example.com", true)]
    // other kinds cover no host
    [InlineData("URI:https://api.example.com/", "api.example.com", false)]
    [InlineData("email:ann@api.example.com", "api.example.com", false)]
    [InlineData("", "api.example.com", false)]
    public void Matches(string names, string host, bool expected) =>
        Assert.Equal(expected, HostName.Matches(AlternativeNames.Parse([names]), host));

    [Theory]
    // an address written into a DNS entry covers nothing (RFC 6125, 1.7.2)
    [InlineData("820831302E302E302E31", "10.0.0.1")]
    // wildcards that no issuer may write cover nothing
    [InlineData("820D612A2E6578616D706C652E63", "ab.example.c")]
    [InlineData("82012A", "localhost")]
    public void Ill_made_entries_cover_nothing(string entry, string host)
    {
        var bytes = Convert.FromHexString(entry);
        bytes[1] = (byte)(bytes.Length - 2);

        Assert.False(HostName.Matches(AlternativeNames.Decode(new byte[] { 0x30, (byte)bytes.Length }.Concat(bytes).ToArray()), host));
    }
}
