using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Renewal;
using MtlsTools.Requests;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Renewal;

/// <summary>When a certificate is due, what a renewed one is like, and what is refused.</summary>
public sealed class RenewalDueTests(RenewalFixture fixture) : IClassFixture<RenewalFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        fixture.Clock.Now = DateTimeOffset.Parse(RenewalFixture.Today, CultureInfo.InvariantCulture);
        folder.Dispose();
    }

    [Theory]
    // two thirds of 90 days are 60
    [InlineData(59, null, null, null, false, "due after 2026-04-30")]
    [InlineData(61, null, null, null, true, "due since 2026-04-30, ends on 2026-05-30")]
    // a share, a length of time, and the earlier of both
    [InlineData(44, 0.5, null, null, false, "due after 2026-04-15")]
    [InlineData(46, 0.5, null, null, true, "due since 2026-04-15, ends on 2026-05-30")]
    [InlineData(79, null, 10, null, false, "due after 2026-05-20")]
    [InlineData(81, null, 10, null, true, "due since 2026-05-20, ends on 2026-05-30")]
    [InlineData(46, 0.5, 10, null, true, "due since 2026-04-15, ends on 2026-05-30")]
    [InlineData(91, null, 10, null, true, "ended on 2026-05-30")]
    // names: the same in another order, one more, one less
    [InlineData(1, null, null, "10.0.0.1,api.example.com", false, "due after 2026-04-30")]
    [InlineData(1, null, null, "api.example.com,10.0.0.1,www.example.com", true, "lacks the name DNS:www.example.com")]
    [InlineData(1, null, null, "api.example.com", true, "has the name IP:10.0.0.1, which is not asked for")]
    // the common name is there by itself
    [InlineData(1, null, null, "10.0.0.1", false, "due after 2026-04-30")]
    public void Due(int day, double? share, int? before, string? san, bool isDue, string reason)
    {
        var path = fixture.Save(folder);
        fixture.Clock.Now = fixture.Clock.Now.AddDays(day);

        var plan = fixture.By(options: new CertificateRenewalOptions
        {
            IfNeeded = true,
            RenewAfterShare = share,
            RenewBefore = before is { } days ? TimeSpan.FromDays(days) : null,
            San = san is null ? null : AlternativeNames.Parse([san]),
        }).Plan(RenewalTarget.OfFile(path));

        Assert.Equal((isDue, reason), (plan.IsDue, plan.Reason));
    }

    [Fact]
    public void A_revoked_one_is_due()
    {
        var own = fixture.CreateAuthority(folder);
        var old = fixture.Issue(own);
        var path = fixture.Save(folder, old);
        own.Revoke([old], RevocationReason.KeyCompromise);

        var result = fixture.Renew(path, new CertificateRenewalOptions { IfNeeded = true }, own);

        Assert.Equal((RenewalState.Renewed, "revoked"), (result.State, result.Reason));
        Assert.Equal(RenewalState.NotDue, fixture.Renew(path, new CertificateRenewalOptions { IfNeeded = true }, own).State);
    }

    [Fact]
    public void One_is_due_when_its_CA_has_a_new_key_and_gets_the_new_chain()
    {
        var own = TestAuthority.Create(folder, "own", fixture.Clock);
        var path = fixture.Save(folder, fixture.Issue(own));
        var changed = own.Renew(new RenewalOptions { NewKey = true });

        var result = fixture.Renew(path, new CertificateRenewalOptions { IfNeeded = true }, changed);

        Assert.Equal((RenewalState.Renewed, "its CA has a new key"), (result.State, result.Reason));
        Assert.Equal(changed.Certificate.PublicKey, result.Certificate!.Chain[0].PublicKey); // the cross certificate, for those who know the old root
        Assert.Equal(RenewalState.NotDue, fixture.Renew(path, new CertificateRenewalOptions { IfNeeded = true }, changed).State);
    }

    [Fact]
    public void One_is_due_when_the_intermediate_in_its_chain_ends_and_there_is_a_newer_one()
    {
        var own = fixture.CreateAuthority(folder);
        fixture.Clock.Now = own.Certificate.RenewAfter.AddDays(1);
        var path = fixture.Save(folder, fixture.Issue(own));
        Assert.False(fixture.By(own, new CertificateRenewalOptions { IfNeeded = true }).Plan(RenewalTarget.OfFile(path)).IsDue);
        var renewed = own.Renew(new RenewalOptions { Issuer = fixture.Root });

        var result = fixture.Renew(path, new CertificateRenewalOptions { IfNeeded = true }, renewed);

        Assert.StartsWith("the CA certificate in its chain ends on ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(renewed.Certificate, result.Certificate!.Chain[0]);
    }

    [Fact]
    public void The_key_stays_when_asked_and_names_and_lifetime_change_when_asked()
    {
        var old = fixture.Issue();
        var path = fixture.Save(folder, old);

        var kept = fixture.Renew(path, new CertificateRenewalOptions { KeepKey = true }).Certificate!;
        var changed = fixture.Renew(path, new CertificateRenewalOptions { KeyAlgorithm = KeyAlgorithm.EcdsaP384, Days = 7, San = AlternativeNames.Parse(["www.example.com"]), Profile = CertificateProfile.Peer }).Certificate!;

        Assert.Equal(old.PublicKey, kept.PublicKey);
        Assert.Equal("ECDSA P-384", changed.PublicKey.ToString());
        Assert.Equal(["www.example.com", "api.example.com"], changed.San.Select(name => name.Value));
        Assert.Equal((CertificateRole.Peer, fixture.Clock.Now.AddDays(7)), (changed.Role, changed.NotAfter));
    }

    [Fact]
    public void Usages_policies_and_must_staple_stay_and_so_do_hours()
    {
        var profile = IssuanceProfile.FromFields(new System.Collections.Hashtable
        {
            ["name"] = "odd",
            ["basedOn"] = "Client",
            ["keyUsage"] = new object[] { "digitalSignature", "nonRepudiation" },
            ["extendedKeyUsage"] = new object[] { "clientAuth", "emailProtection" },
            ["certificatePolicies"] = new object[] { new System.Collections.Hashtable { ["oid"] = "1.2.3.4", ["cpsUri"] = "https://example.com/cps" } },
        });
        using var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var stapled = new System.Security.Cryptography.X509Certificates.X509Extension("1.3.6.1.5.5.7.1.24", [0x30, 0x03, 0x02, 0x01, 0x05], false);
        var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName("odd"), [], [stapled], key);
        var old = fixture.Issuing.Issue(request, new IssuanceOptions { Profile = profile, NotAfter = fixture.Clock.Now.AddHours(8), CopyExtensions = ExtensionCopying.All });
        var path = fixture.Save(folder, old.WithKey(key));

        var renewed = fixture.Renew(path).Certificate!;

        string[] same = ["2.5.29.15", "2.5.29.37", "2.5.29.32", "1.3.6.1.5.5.7.1.24"];
        Assert.All(same, oid => Assert.Equal(Convert.ToHexString(old.Extensions.Single(one => one.Oid == oid).Value.Span), Convert.ToHexString(renewed.Extensions.Single(one => one.Oid == oid).Value.Span)));
        Assert.InRange(renewed.NotAfter - fixture.Clock.Now, TimeSpan.FromHours(7.9), TimeSpan.FromHours(8.2));
    }

    [Theory]
    [InlineData("another CA", ErrorCode.CertificateOfAnotherAuthority)]
    [InlineData("a CA", ErrorCode.RenewalOfCa)]
    [InlineData("no key", ErrorCode.KeyRequired)]
    [InlineData("another's key", ErrorCode.KeyMismatch)]
    [InlineData("wrong password", ErrorCode.PasswordWrong)]
    [InlineData("no file", ErrorCode.FileNotFound)]
    [InlineData("clock set back", ErrorCode.ClockBehindCertificate)]
    [InlineData("beyond the CA", ErrorCode.LifetimeBeyondIssuer)]
    [InlineData("CA ended", ErrorCode.RenewalNotVerified)]
    [InlineData("circle", ErrorCode.FileNotReadable)]
    public void What_can_not_be_renewed_is_left_as_it_is(string fault, ErrorCode code)
    {
        using var password = Secret.From("correct horse");
        using var wrong = Secret.From("wrong");
        var options = new CertificateRenewalOptions { Days = fault == "beyond the CA" ? 5000 : null, AllowClamp = fault == "CA ended" };
        var path = fixture.Save(folder, fixture.Issue(fault == "another CA" ? fixture.Other : null), password: fault == "wrong password" ? password : null);
        switch (fault)
        {
            case "a CA":
                folder.Write("server.crt", fixture.Issuing.Certificate.ToPem());
                File.Copy(Path.Combine(fixture.Issuing.Path, "private", "ca.key"), folder.At("server.key"), overwrite: true);
                break;
            case "no key":
                File.Delete(folder.At("server.key"));
                break;
            case "another's key":
                fixture.Issue().PrivateKey!.Save(folder.At("server.key"), overwrite: true);
                break;
            case "no file":
                path = folder.At("missing.crt");
                break;
            case "clock set back":
                fixture.Clock.Now = fixture.Clock.Now.AddDays(-1);
                break;
            case "CA ended":
                // Four minutes ago: the new one begins five minutes ago, when the CA was still valid.
                fixture.Clock.Now = fixture.Issuing.NotAfter.AddMinutes(4);
                break;
            case "circle":
                path = folder.At("a.crt");
                File.CreateSymbolicLink(path, "b.crt");
                File.CreateSymbolicLink(folder.At("b.crt"), "a.crt");
                break;
        }

        var before = Directory.GetFiles(folder.Path).Where(file => new FileInfo(file).LinkTarget is null).ToDictionary(file => file, File.ReadAllText);
        var refused = Assert.ThrowsAny<MtlsException>(() => fixture.By(options: options).Renew(RenewalTarget.OfFile(path, password: fault == "wrong password" ? wrong : null)));

        Assert.Equal(code, refused.Code);
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
    }

    [Fact]
    public void A_certificate_is_moved_to_another_CA_only_when_asked()
    {
        var path = fixture.Save(folder, fixture.Issue(fixture.Other));

        var result = fixture.Renew(path, new CertificateRenewalOptions { ChangeIssuer = true, IfNeeded = true });

        Assert.Equal($"of another CA: {fixture.Other.Certificate.Subject}", result.Reason);
        Assert.Equal(fixture.Issuing.Certificate, result.Certificate!.Chain[0]);
        Assert.Equal(RenewalState.NotDue, fixture.Renew(path, new CertificateRenewalOptions { ChangeIssuer = true, IfNeeded = true }).State);
    }

    [Fact]
    public void Former_ones_are_revoked_as_superseded_by_the_CA_that_issued_them()
    {
        var own = fixture.CreateAuthority(folder);
        var first = fixture.Save(folder, fixture.Issue(own));
        var foreign = fixture.Save(folder, fixture.Issue(fixture.Other), "foreign");
        var renewal = fixture.By(own, new CertificateRenewalOptions { ChangeIssuer = true });
        RenewalResult[] results = [renewal.Renew(RenewalTarget.OfFile(first)), renewal.Renew(RenewalTarget.OfFile(foreign))];

        renewal.RevokeFormer(results);
        renewal.RevokeFormer(results);

        var revoked = Assert.Single(own.GetIssued(), entry => entry.Status == IssuedStatus.Revoked);
        Assert.Equal((IssuedEntry.Normalize(results[0].Former!.SerialNumber), RevocationReason.Superseded), (revoked.SerialNumber, revoked.Reason));
    }
}
