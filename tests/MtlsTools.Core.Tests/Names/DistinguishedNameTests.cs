using MtlsTools.Names;

namespace MtlsTools.Tests.Names;

public class DistinguishedNameTests
{
    [Theory]
    // RFC 4514
    [InlineData("CN=api,O=Acme,C=FR", "CN=api,O=Acme,C=FR")]
    [InlineData("CN=api, O=Acme ,C = FR", "CN=api,O=Acme,C=FR")]
    [InlineData("cn=api,o=Acme,c=FR", "CN=api,O=Acme,C=FR")]
    // the separators of its predecessors
    [InlineData("CN=api;O=Acme;C=FR", "CN=api,O=Acme,C=FR")]
    // the slash form, most specific part last
    [InlineData("/C=FR/O=Acme/CN=api", "CN=api,O=Acme,C=FR")]
    [InlineData("/C=FR/O=Acme/CN=api/", "CN=api,O=Acme,C=FR")]
    [InlineData("  /CN=api  ", "CN=api")]
    // escapes
    [InlineData(@"CN=Smith\, John", @"CN=Smith\, John")]
    [InlineData(@"CN=a\+b\;c\<d\>e\\f\""g", @"CN=a\+b\;c\<d\>e\\f\""g")]
    [InlineData(@"CN=\20a\20", @"CN=\ a\ ")]
    [InlineData(@"CN=\ a\ ", @"CN=\ a\ ")]
    [InlineData(@"CN=\#a#", @"CN=\#a#")]
    [InlineData(@"CN=a\00b", @"CN=a\00b")]
    [InlineData(@"CN=a\=b=c", "CN=a=b=c")]
    [InlineData(@"/O=a\/b/CN=c", "CN=c,O=a/b")]
    [InlineData(@"/O=a\+b\\c", @"O=a\+b\\c")]
    // quotes
    [InlineData("O=\"Acme, Inc.\",C=FR", @"O=Acme\, Inc.,C=FR")]
    [InlineData("O=\" a \" , C=FR", @"O=\ a\ ,C=FR")]
    [InlineData("O=\"a\\\"b\"", @"O=a\""b")]
    // multi-valued parts, in the order that DER gives them
    [InlineData("OU=b+CN=a,C=FR", "CN=a+OU=b,C=FR")]
    [InlineData("/C=FR/OU=b+CN=a", "CN=a+OU=b,C=FR")]
    [InlineData("/CN=a+b", @"CN=a\+b")]
    // UTF-8, plain and as hex pairs
    [InlineData("CN=Zoë,O=日本", "CN=Zoë,O=日本")]
    [InlineData(@"CN=Zo\C3\AB", "CN=Zoë")]
    [InlineData("CN=😀", "CN=😀")]
    // dotted types, known and unknown
    [InlineData("2.5.4.3=api", "CN=api")]
    [InlineData("OID.2.5.4.10=Acme", "O=Acme")]
    [InlineData("1.2.3.4=x", "1.2.3.4=x")]
    // other names of the same types
    [InlineData("E=a@b.c,S=Bern", "emailAddress=a@b.c,ST=Bern")]
    [InlineData("SURNAME=Lee,GIVENNAME=Ann,T=Dr", "SN=Lee,GN=Ann,title=Dr")]
    // a value given as its encoding (RFC 4514, 2.4)
    [InlineData("CN=#0C03617069", "CN=api")]
    [InlineData("1.2.3.4=#0403010203", "1.2.3.4=#0403010203")]
    public void Reads_and_writes_RFC_4514(string text, string expected)
    {
        var name = DistinguishedName.Parse(text);

        Assert.Equal(expected, name.ToString());
        Assert.Equal(name, DistinguishedName.Parse(expected));
        Assert.Equal(name, DistinguishedName.Decode(name.Der));
    }

    [Theory]
    [InlineData("CN=api,O=Acme,C=FR", "/C=FR/O=Acme/CN=api", "C = FR, O = Acme, CN = api")]
    [InlineData(@"O=a/b\+c\\d", @"/O=a\/b\+c\\d", @"O = ""a/b+c\\d""")]
    [InlineData("CN=x+O=y,C=FR", "/C=FR/CN=x+O=y", "C = FR, CN = x + O = y")]
    [InlineData(@"O=a\+CN=b", @"/O=a\+CN=b", @"O = ""a+CN=b""")]
    [InlineData("O=\"Acme, Inc.\"", "/O=Acme, Inc.", @"O = ""Acme, Inc.""")]
    [InlineData("", "", "")]
    public void Writes_the_forms_of_OpenSSL(string text, string slash, string oneLine)
    {
        var name = DistinguishedName.Parse(text);

        Assert.Equal(slash, name.ToSlashString());
        Assert.Equal(oneLine, name.ToOneLine());
        Assert.Equal(name, DistinguishedName.Parse(slash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Reads_the_empty_name(string text)
    {
        var name = DistinguishedName.Parse(text);

        Assert.True(name.IsEmpty);
        Assert.Equal(DistinguishedName.Empty, name);
        Assert.Equal("3000", Convert.ToHexString(name.Der.Span));
        Assert.Null(name.CommonName);
        Assert.Equal("", name.ToString());
    }

    [Theory]
    // no attribute
    [InlineData("api")]
    [InlineData("CN=api,")]
    [InlineData("CN=api,Acme")]
    [InlineData("/")]
    [InlineData("/CN")]
    [InlineData("=api")]
    // no value
    [InlineData("CN=")]
    [InlineData("CN=,O=Acme")]
    [InlineData("/CN=/O=Acme")]
    [InlineData("CN=\"\"")]
    // unknown types
    [InlineData("FOO=bar")]
    [InlineData("/FOO=bar")]
    [InlineData("1.=x")]
    [InlineData("9.9.9=x")]
    [InlineData("1..2=x")]
    // quotes
    [InlineData("CN=\"api")]
    [InlineData("CN=\"api\"x,C=FR")]
    // a country is two letters
    [InlineData("C=France")]
    [InlineData("C=F")]
    [InlineData("/C=12")]
    [InlineData("C=É1")]
    // what an attribute can not hold
    [InlineData("emailAddress=zoë@example.org")]
    [InlineData("DC=exämple")]
    [InlineData("serialNumber=a_b")]
    // an encoding that is none
    [InlineData("CN=#0C")]
    [InlineData("CN=#0C0361706")]
    [InlineData("CN=#xyz")]
    // a backslash that escapes nothing
    [InlineData(@"CN=a\")]
    [InlineData(@"/CN=a\")]
    // bytes that are not UTF-8
    [InlineData(@"CN=a\FF")]
    public void Refuses_what_is_no_name(string text)
    {
        var refused = Assert.Throws<NameException>(() => DistinguishedName.Parse(text));

        Assert.Equal(ErrorCode.NameInvalid, refused.Code);
    }

    [Fact]
    public void A_common_name_has_64_characters_at_most()
    {
        Assert.Equal(64, DistinguishedName.Parse("CN=" + new string('a', 64)).CommonName!.Length);
        Assert.NotNull(DistinguishedName.Parse("CN=" + string.Concat(Enumerable.Repeat("😀", 64))).CommonName);

        foreach (var make in new Func<string, DistinguishedName>[] { n => DistinguishedName.Parse("CN=" + n), n => DistinguishedName.Parse("/O=x/CN=" + n), DistinguishedName.FromCommonName })
            Assert.Equal(ErrorCode.CommonNameTooLong, Assert.Throws<NameException>(() => make(new string('a', 65))).Code);
    }

    [Theory]
    // RFC 5280, 7.1
    [InlineData("CN=Api,O=Acme Corp", "cn=aPI,o=ACME  corp", true)]
    [InlineData(@"CN=\ a\ ", "CN=a", true)]
    [InlineData("CN=ZOË", "CN=zoë", true)]
    [InlineData("OU=b+CN=a", "CN=A+OU=B", true)]
    [InlineData("CN=#1303617069", "CN=API", true)] // another string type
    [InlineData("CN=a b", "CN=ab", false)]
    [InlineData("CN=a,O=b", "O=b,CN=a", false)]
    [InlineData("CN=a", "O=a", false)]
    [InlineData("CN=a+OU=b", "CN=a,OU=b", false)]
    [InlineData("CN=a,O=b", "CN=a", false)]
    [InlineData("CN=a/O=b", "CN=a,O=b", false)]
    [InlineData("", "CN=a", false)]
    public void Names_match_as_verifiers_compare_them(string one, string other, bool expected)
    {
        var (left, right) = (DistinguishedName.Parse(one), DistinguishedName.Parse(other));

        Assert.Equal((expected, expected), (left.Matches(right), right.Matches(left)));
        Assert.True(left.Matches(left));
    }

    [Fact]
    public void Attributes_without_order_come_into_the_usual_one()
    {
        var attributes = new Dictionary<string, string> { ["CN"] = "api", ["emailAddress"] = "a@b.c", ["O"] = "Acme", ["C"] = "FR", ["organizationalUnit"] = "x", ["ST"] = "IdF", ["L"] = "Paris", ["OU "] = "", ["1.2.3.4"] = "z" };

        Assert.Equal("1.2.3.4=z,emailAddress=a@b.c,CN=api,OU=x,O=Acme,L=Paris,ST=IdF,C=FR", DistinguishedName.FromAttributes(attributes, ordered: false).ToString());
        Assert.Equal("CN=api,emailAddress=a@b.c,O=Acme,C=FR,OU=x,ST=IdF,L=Paris,1.2.3.4=z", DistinguishedName.FromAttributes(attributes, ordered: true).ToString());
        Assert.Equal(ErrorCode.NameInvalid, Assert.Throws<NameException>(() => DistinguishedName.FromAttributes([new("FOO", "x")], ordered: true)).Code);
    }

    [Fact]
    public void The_common_name_is_the_most_specific_one() =>
        Assert.Equal("leaf", DistinguishedName.Parse("/C=FR/CN=group/O=x/CN=leaf/OU=y").CommonName);

    [Fact]
    public void Equality_is_that_of_the_encoding()
    {
        var name = DistinguishedName.Parse("CN=api,O=Acme");

        Assert.True(name.Equals((object)DistinguishedName.Parse("/O=Acme/CN=api")));
        Assert.Equal(name.GetHashCode(), DistinguishedName.Parse("/O=Acme/CN=api").GetHashCode());
        Assert.False(name.Equals(DistinguishedName.Parse("O=Acme,CN=api")));
        Assert.False(name.Equals(DistinguishedName.Parse("CN=API,O=Acme")));
        Assert.False(name.Equals((object?)null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3003")]
    [InlineData("0500")]
    [InlineData("300B310930070603550403")]
    public void Refuses_bytes_that_are_no_name(string hex) =>
        Assert.Equal(ErrorCode.NameInvalid, Assert.Throws<NameException>(() => DistinguishedName.Decode(Convert.FromHexString(hex))).Code);
}
