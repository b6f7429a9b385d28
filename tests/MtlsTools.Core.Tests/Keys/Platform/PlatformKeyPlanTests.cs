using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Keys.Platform;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Keys.Platform;

/// <summary>Everything about a key in CNG or a TPM that is decided before Windows is asked.</summary>
public sealed class PlatformKeyPlanTests
{
    [Theory]
    [InlineData(KeyStorage.Cng, KeyAlgorithm.EcdsaP256, "Microsoft Software Key Storage Provider", "ECDSA_P256", null)]
    [InlineData(KeyStorage.Cng, KeyAlgorithm.EcdsaP384, "Microsoft Software Key Storage Provider", "ECDSA_P384", null)]
    [InlineData(KeyStorage.Cng, KeyAlgorithm.EcdsaP521, "Microsoft Software Key Storage Provider", "ECDSA_P521", null)]
    [InlineData(KeyStorage.Cng, KeyAlgorithm.Rsa2048, "Microsoft Software Key Storage Provider", "RSA", 2048)]
    [InlineData(KeyStorage.Cng, KeyAlgorithm.Rsa4096, "Microsoft Software Key Storage Provider", "RSA", 4096)]
    [InlineData(KeyStorage.Tpm, KeyAlgorithm.EcdsaP256, "Microsoft Platform Crypto Provider", "ECDSA_P256", null)]
    [InlineData(KeyStorage.Tpm, KeyAlgorithm.Rsa2048, "Microsoft Platform Crypto Provider", "RSA", 2048)]
    [InlineData(KeyStorage.Tpm, KeyAlgorithm.Rsa3072, "Microsoft Platform Crypto Provider", "RSA", 3072)]
    public void Provider_and_algorithm(KeyStorage storage, KeyAlgorithm algorithm, string provider, string name, int? length)
    {
        var plan = PlatformKeyPlan.Create(storage, algorithm, "web", StoreLocation.LocalMachine);
        Assert.Equal((provider, "web", name, length, StoreLocation.LocalMachine), (plan.Provider, plan.Name, plan.Algorithm, plan.Length, plan.Location));
        Assert.Equal($"the key 'web' in {provider} (the machine's, not exportable)", plan.ToString());
    }

    [Fact]
    public void Without_a_name_each_key_gets_one_of_its_own()
    {
        var one = PlatformKeyPlan.Create(KeyStorage.Cng, KeyAlgorithm.EcdsaP256);
        Assert.Matches("^MtlsTools-[0-9a-f]{32}$", one.Name);
        Assert.NotEqual(one.Name, PlatformKeyPlan.Create(KeyStorage.Cng, KeyAlgorithm.EcdsaP256).Name);
        Assert.EndsWith("(this user's, not exportable)", one.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(@"a\b")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("C:x")]
    public void A_name_that_is_none_is_refused(string name) =>
        Assert.Equal(ErrorCode.NameInvalid, Assert.Throws<NameException>(() => PlatformKeyPlan.Create(KeyStorage.Cng, KeyAlgorithm.EcdsaP256, name)).Code);

    [Fact]
    public void A_name_has_200_characters_at_most()
    {
        Assert.Equal(200, PlatformKeyPlan.Create(KeyStorage.Cng, KeyAlgorithm.EcdsaP256, new string('k', 200)).Name.Length);
        Assert.Throws<NameException>(() => PlatformKeyPlan.Create(KeyStorage.Cng, KeyAlgorithm.EcdsaP256, new string('k', 201)));
    }

    [Theory]
    [InlineData(KeyAlgorithm.EcdsaP521)]
    [InlineData(KeyAlgorithm.Rsa4096)]
    public void What_no_TPM_makes_is_refused(KeyAlgorithm algorithm) =>
        Assert.Equal(ErrorCode.KeyNotSupported, Assert.Throws<KeyException>(() => PlatformKeyPlan.Create(KeyStorage.Tpm, algorithm)).Code);

    [SkippableFact]
    public void Other_systems_say_that_this_is_for_Windows()
    {
        Skip.If(OperatingSystem.IsWindows(), "This is Windows.");
        var refused = Assert.Throws<KeyException>(() => PendingPlatformKey.Create(PlatformKeyPlan.Create(KeyStorage.Cng, KeyAlgorithm.EcdsaP256)));
        Assert.Equal(ErrorCode.PlatformNotSupported, refused.Code);
        Assert.Equal(ErrorCode.PlatformNotSupported, Assert.Throws<KeyException>(() => PlatformKeys.Require()).Code);
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        Assert.Null(PlatformKeys.Find(key.PublicKey));
    }

    [SkippableTheory]
    [InlineData(KeyAlgorithm.EcdsaP256)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public void On_Windows_a_key_waits_for_its_certificate_and_never_leaves(KeyAlgorithm algorithm)
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "CNG is a part of Windows.");
        var plan = PlatformKeyPlan.Create(KeyStorage.Cng, algorithm);
        MtlsTools.Keys.PublicKeyInfo publicKey;
        using (var pending = PendingPlatformKey.Create(plan))
        {
            publicKey = pending.Key.PublicKey;
            Assert.Equal(ErrorCode.KeyNotExportable, Assert.Throws<KeyException>(() => pending.Key.ExportPkcs8()).Code);
            Assert.Equal(ErrorCode.KeyExists, Assert.Throws<KeyException>(() => PendingPlatformKey.Create(plan)).Code);
            pending.Await(new X500DistinguishedName("CN=waiting"));
            using var found = PlatformKeys.Find(publicKey);
            Assert.NotNull(found);
            Assert.False(found.IsEphemeral);
        }

        // It was not kept, so nothing of it is left.
        Assert.Null(PlatformKeys.Find(publicKey));
        using var again = PendingPlatformKey.Create(plan);
    }
}
