using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Names;

namespace MtlsTools.Rotation;

/// <summary>The CA that follows: made if it is not there, and vouched for by the old one, as the old one by it. Whoever trusts either finds the way to what both have signed.</summary>
internal static class SuccessorCa
{
    /// <summary>Makes it, as far as that has not happened.</summary>
    internal static void Make(RotationContext context)
    {
        if (!context.NewCaExists)
            Create(context);
        var cross = Path.Combine(context.NewCa.Path, "cross");
        var newByOld = Vouch(context, Path.Combine(cross, "new-by-old.crt"), context.NewCa.Certificate, context.OldCa);
        Vouch(context, Path.Combine(cross, "old-by-new.crt"), context.OldCaCertificate, context.NewCa);
        var (both, fresh) = (context.OldCaCertificate, context.NewCa.Certificate);
        TrustBundle.Create(Path.Combine(context.NewCa.Path, "trust.crt"), fresh, both);
        TrustBundle.Create(Path.Combine(context.NewCa.Path, "chain.crt"), fresh, newByOld, both);
        TrustBundle.Create(context.TrustBothFile, fresh, both);
        TrustBundle.Create(context.TrustNewFile, fresh);
        context.ForgetNewCa();
    }

    /// <summary>The new CA stands alone: what it issues no longer carries the way from the old one.</summary>
    internal static void Separate(RotationContext context)
    {
        TrustBundle.Create(Path.Combine(context.NewCa.Path, "chain.crt"), context.NewCa.Certificate);
        File.Delete(Path.Combine(context.NewCa.Path, "trust.crt"));
        context.ForgetNewCa();
    }

    /// <summary>The name of the next generation: <c>Acme CA</c>, <c>Acme CA G2</c>, <c>Acme CA G3</c>. Two CAs of one name can not be told apart by people.</summary>
    internal static DistinguishedName NextGeneration(DistinguishedName name)
    {
        var common = name.CommonName ?? throw new RotationException(ErrorCode.RotationInputNotSuitable, $"The CA '{name}' has no common name to count on from. Name the new one with -NewCaName.");
        var at = common.LastIndexOf(" G", StringComparison.Ordinal);
        var next = at > 0 && int.TryParse(common.AsSpan(at + 2), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var generation)
            ? FormattableString.Invariant($"{common[..at]} G{generation + 1}")
            : common + " G2";
        return DistinguishedName.FromParts(name.Parts.Select(part => part.Select(attribute => attribute.Oid == "2.5.4.3" && attribute.Value == common ? new AttributeTypeAndValue(attribute.Oid, next) : attribute).ToList()).ToList());
    }

    /// <summary>What a CA that is made like the old one would lack.</summary>
    internal static string? WhatIsNotCopied(MtlsCertificate old) =>
        old.Content.FindExtension(NameConstraints.Oid) is not null ? "name constraints"
        : old.Content.ExtendedKeyUsage is not null ? "extended key usages"
        : null;

    private static void Create(RotationContext context)
    {
        var old = context.OldCaCertificate;
        if (context.Options.Password is null && AuthorityKey.IsEncrypted(context.OldCa.KeyPath))
            throw new PasswordException(ErrorCode.PasswordRequired, $"The key of the CA '{old.Name}' is encrypted, and that of its successor must not lie open. Give -Password.", context.OldCa.KeyPath);
        CertificateAuthority.Create(
            context.State.NewCa!,
            new AuthorityOptions
            {
                Subject = DistinguishedName.Parse(context.State.NewCaSubject!),
                KeyAlgorithm = old.PublicKey.Kind,
                Password = context.Options.Password,
                Days = (int)Math.Max(1, Math.Round((old.NotAfter - old.NotBefore).TotalDays)),
                PathLength = old.PathLength,
            },
            context.Clock,
            context.Warn,
            context.Cancellation);
    }

    private static MtlsCertificate Vouch(RotationContext context, string path, MtlsCertificate subject, CertificateAuthority by)
    {
        if (File.Exists(path) && CertificateReader.ReadFile(path, clock: context.Clock)[0] is var there && TrustBundle.IsSame(there, subject))
            return there;
        var vouched = context.Unlocked(by).Vouch(subject, context.Warn, context.Cancellation);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, denied);
        }

        TrustBundle.Create(path, vouched);
        return vouched;
    }
}
