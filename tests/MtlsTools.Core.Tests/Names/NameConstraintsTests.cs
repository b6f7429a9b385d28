using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using NameConstraints = MtlsTools.Names.NameConstraints;

namespace MtlsTools.Tests.Names;

/// <summary>Name constraints (RFC 5280, 4.2.1.10): reading, writing, and which names they let pass.</summary>
public class NameConstraintsTests
{
    [Theory]

    // DNS: the host and all below it
    [InlineData("DNS:example.com", "DNS:example.com", true)]
    [InlineData("DNS:example.com", "DNS:a.b.EXAMPLE.com", true)]
    [InlineData("DNS:example.com", "DNS:notexample.com", false)]
    [InlineData("DNS:example.com", "DNS:example.com.evil.org", false)]
    [InlineData("DNS:example.com", "DNS:*.example.com", true)]
    [InlineData("DNS:a.example.com", "DNS:*.example.com", false)]
    [InlineData("DNS:.example.com", "DNS:example.com", false)]
    [InlineData("DNS:.example.com", "DNS:a.example.com", true)]
    [InlineData("DNS:.example.com", "DNS:*.example.com", true)]

    // addresses
    [InlineData("IP:10.0.0.0/8", "IP:10.200.3.4", true)]
    [InlineData("IP:10.0.0.0/8", "IP:11.0.0.1", false)]
    [InlineData("IP:10.0.0.0/8", "IP:::ffff:10.0.0.1", false)]
    [InlineData("IP:10.9.8.7/9", "IP:10.127.255.255", true)]
    [InlineData("IP:10.9.8.7/9", "IP:10.128.0.0", false)]
    [InlineData("IP:192.0.2.1", "IP:192.0.2.1", true)]
    [InlineData("IP:192.0.2.1", "IP:192.0.2.2", false)]
    [InlineData("IP:0.0.0.0/0", "IP:203.0.113.9", true)]
    [InlineData("IP:2001:db8::/32", "IP:2001:db8:ffff::1", true)]
    [InlineData("IP:2001:db8::/32", "IP:2001:db9::1", false)]

    // mail
    [InlineData("email:example.com", "email:ann@EXAMPLE.com", true)]
    [InlineData("email:example.com", "email:ann@mail.example.com", false)]
    [InlineData("email:.example.com", "email:ann@mail.example.com", true)]
    [InlineData("email:.example.com", "email:ann@example.com", false)]
    [InlineData("email:ann@example.com", "email:ann@Example.com", true)]
    [InlineData("email:ann@example.com", "email:Ann@example.com", false)]

    // URI: the host part
    [InlineData("URI:example.com", "URI:https://example.com:8443/a?b@c", true)]
    [InlineData("URI:example.com", "URI:https://a.example.com/", false)]
    [InlineData("URI:.example.com", "URI:spiffe://a.example.com/svc", true)]
    [InlineData("URI:.example.com", "URI:https://example.com.evil.org/.example.com", false)]
    [InlineData("URI:example.com", "URI:https://example.com@evil.org/", false)]
    [InlineData("URI:example.com", "URI:https://10.0.0.1/", false)]
    [InlineData("URI:example.com", "URI:urn:isbn:1", false)]

    // kinds that are not listed are free
    [InlineData("DNS:example.com", "IP:10.0.0.1", true)]
    [InlineData("IP:10.0.0.0/8", "DNS:anything.org", true)]
    public void Permitted(string constraint, string name, bool allowed)
    {
        var constraints = NameConstraints.Create([NameConstraint.Parse(constraint)], []);

        var violation = constraints.FindViolation(DistinguishedName.Empty, [AlternativeName.Parse(name)]);

        Assert.Equal(allowed, violation is null);
        if (!allowed)
            Assert.Contains(AlternativeName.Parse(name).Value, violation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DNS:example.com", "DNS:a.example.com", false)]
    [InlineData("DNS:example.com", "DNS:example.org", true)]
    [InlineData("DNS:secret.example.com", "DNS:*.example.com", false)] // the wildcard covers the excluded host
    [InlineData("DNS:a.secret.example.com", "DNS:*.example.com", true)] // but a single label only
    [InlineData("IP:10.0.0.0/8", "IP:10.1.1.1", false)]
    [InlineData("email:example.com", "email:a@example.com", false)]
    [InlineData("URI:example.com", "URI:urn:isbn:1", false)] // no host to judge
    [InlineData("URI:example.com", "URI:https://example.org/", true)]
    public void Excluded(string constraint, string name, bool allowed) =>
        Assert.Equal(allowed, NameConstraints.Create([], [NameConstraint.Parse(constraint)]).FindViolation(DistinguishedName.Empty, [AlternativeName.Parse(name)]) is null);

    [Theory]
    [InlineData("O=Acme,C=FR", "CN=a,O=Acme,C=FR", true)]
    [InlineData("O=Acme,C=FR", "CN=a,OU=x,O=acme ,C=fr", true)] // folding: case and spaces
    [InlineData("O=Acme,C=FR", "CN=a,O=Acme Ltd,C=FR", false)]
    [InlineData("O=Acme,C=FR", "CN=a,C=FR", false)]
    [InlineData("O=Acme,C=FR", "", true)] // an empty subject is no name
    public void Directory_names_of_the_subject(string constraint, string subject, bool allowed) =>
        Assert.Equal(allowed, NameConstraints.Create([NameConstraint.Parse("dirName:" + constraint)], []).FindViolation(DistinguishedName.Parse(subject), []) is null);

    [Fact]
    public void Exclusion_beats_permission_and_several_permissions_add_up()
    {
        var constraints = NameConstraints.Create([NameConstraint.Parse("DNS:a.example"), NameConstraint.Parse("DNS:b.example")], [NameConstraint.Parse("DNS:x.a.example")]);

        Assert.Null(constraints.FindViolation(DistinguishedName.Empty, AlternativeNames.Parse(["a.example,y.b.example"])));
        Assert.Contains("excluded by DNS:x.a.example", constraints.FindViolation(DistinguishedName.Empty, AlternativeNames.Parse(["a.example,x.a.example"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Mail_addresses_and_lone_common_names_of_the_subject_count()
    {
        var constraints = NameConstraints.Create([NameConstraint.Parse("DNS:example.com"), NameConstraint.Parse("email:example.com")], []);

        Assert.NotNull(constraints.FindViolation(DistinguishedName.Parse("emailAddress=a@evil.org,CN=a"), []));
        Assert.NotNull(constraints.FindViolation(DistinguishedName.Parse("CN=www.evil.org"), []));
        Assert.Null(constraints.FindViolation(DistinguishedName.Parse("CN=www.evil.org"), AlternativeNames.Parse(["www.example.com"])));
        Assert.Null(constraints.FindViolation(DistinguishedName.Parse("CN=John Smith"), []));
    }

    [Fact]
    public void A_kind_that_is_not_understood_forbids_its_names_and_no_others()
    {
        var upn = new GeneralName(GeneralName.OtherName, new DerSequence(new DerObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), new DerTaggedObject(0, new DerUtf8String("corp"))));
        var constraints = NameConstraints.Decode(new DerSequence(new DerTaggedObject(false, 0, new DerSequence(new GeneralSubtree(upn)))).GetEncoded());
        var san = new GeneralNames(upn).GetEncoded();

        Assert.Contains("can not be judged", constraints.FindViolation(DistinguishedName.Empty, (ReadOnlyMemory<byte>)san), StringComparison.Ordinal);
        Assert.Null(constraints.FindViolation(DistinguishedName.Empty, AlternativeNames.Parse(["a.example"])));
    }

    [Fact]
    public void A_minimum_is_not_guessed_at()
    {
        var subtree = new GeneralSubtree(new GeneralName(GeneralName.DnsName, "example.com"), BigOne, null);
        var constraints = NameConstraints.Decode(new DerSequence(new DerTaggedObject(false, 0, new DerSequence(subtree))).GetEncoded());

        Assert.Contains("can not be judged", constraints.FindViolation(DistinguishedName.Empty, AlternativeNames.Parse(["a.example.com"])), StringComparison.Ordinal);
    }

    [Fact]
    public void BouncyCastle_reads_what_is_written_and_the_bytes_agree()
    {
        var ours = NameConstraints.Create(
            "DNS:example.com IP:10.0.0.0/8 dirName:O=Acme".Split(' ').Select(NameConstraint.Parse),
            "email:.example.com URI:evil.example.com IP:2001:db8::/32".Split(' ').Select(NameConstraint.Parse)).ToExtension();

        Assert.True(ours.Critical);
        var theirs = Org.BouncyCastle.Asn1.X509.NameConstraints.GetInstance(Asn1Object.FromByteArray(ours.RawData));
        Assert.Equal(3, theirs.PermittedSubtrees.Count);
        Assert.Equal(3, theirs.ExcludedSubtrees.Count);
        Assert.Equal(Convert.ToHexString(theirs.GetDerEncoded()), Convert.ToHexString(ours.RawData));
        Assert.Equal("permitted DNS:example.com, IP:10.0.0.0/8, dirName:O=Acme; excluded email:.example.com, URI:evil.example.com, IP:2001:db8::/32", NameConstraints.Decode(ours.RawData).ToString());
    }

    [SkippableFact]
    public void Reads_what_OpenSSL_writes()
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        openssl.Run("req", "-x509", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=x", "-addext", "nameConstraints=critical,permitted;DNS:.example.com,permitted;IP:192.168.0.0/255.255.0.0,excluded;email:evil.org", "-out", folder.At("c"));

        var extension = CertificateReader.ReadFile(folder.At("c"))[0].X509.Extensions[NameConstraints.Oid];

        Assert.Equal("permitted DNS:.example.com, IP:192.168.0.0/16; excluded email:evil.org", NameConstraints.Decode(extension!.RawData).ToString());
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("DNS:")]
    [InlineData("DNS:*.example.com")]
    [InlineData("IP:10.0.0.0/33")]
    [InlineData("IP:10.1/8")]
    [InlineData("IP:10.0.0.0/8/8")]
    [InlineData("email:a@b@c")]
    [InlineData("email:é@example.com")]
    [InlineData("URI:https://example.com")]
    [InlineData("RID:1.2.3")]
    public void Refuses(string text) => Assert.Contains("is not a name constraint", Assert.Throws<NameException>(() => NameConstraint.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("3000A0")]
    [InlineData("3006A004300282FF")]
    public void Damage_is_an_error(string hex) => Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => NameConstraints.Decode(Convert.FromHexString(hex))).Code);

    [Fact]
    public void Constraints_without_a_name_are_refused() => Assert.Throws<NameException>(() => NameConstraints.Create([], []));

    private static Org.BouncyCastle.Math.BigInteger BigOne => Org.BouncyCastle.Math.BigInteger.One;
}
