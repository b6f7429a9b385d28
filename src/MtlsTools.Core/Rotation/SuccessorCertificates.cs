using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Requests;

namespace MtlsTools.Rotation;

/// <summary>The certificates that follow: issued with new keys for the same names, lying ready beside the plan until they are rolled out.</summary>
internal static class SuccessorCertificates
{
    /// <summary>Issues what is missing. A key that a crash left is taken up again, and so is a certificate that was issued for it.</summary>
    internal static void Issue(RotationContext context)
    {
        foreach (var item in context.State.Items.Where(item => item.IsHere))
        {
            using var key = KeyOf(context, item);
            if (context.FindNew(item) is { } there && key.Matches(there.PublicKey))
                continue;
            var issued = FindIssued(context.Issuing, item, key) ?? context.Issuing.Issue(RequestFor(item, key), OptionsFor(context, item), context.Warn, context.Cancellation);
            AtomicFile.Write(context.NewCertificate(item), CertificateExporter.Pem([issued, .. context.Issuing.Certificate.Chain.Prepend(context.Issuing.Certificate).Where(one => !one.IsSelfSigned)]), FileAudience.Everyone, overwrite: true);
        }
    }

    /// <summary>The files of the new certificates take the places of the old ones, which are archived first.</summary>
    /// <returns>Whether any file has changed.</returns>
    internal static bool RollOut(RotationContext context)
    {
        var changed = false;
        foreach (var item in context.State.Items.Where(item => item.IsHere))
        {
            var current = CertificateReader.ReadFile(item.Certificate!, context.Options.KeyPassword, context.Clock)[0];
            var next = context.FindNew(item) ?? throw new RotationException(ErrorCode.RotationBlocked, $"The new certificate of '{item.Name}' is missing from '{context.NewCertificate(item)}'. Restore the folder '{context.Folder}' from a copy.", context.Path);
            if (current.Equals(next) && HasKey(context, item, next))
                continue;
            Archive(context, item);
            Replace(context, item);
            changed = true;
        }

        return changed;
    }

    private static PrivateKey KeyOf(RotationContext context, RotationItem item)
    {
        var path = context.NewKey(item);
        if (File.Exists(path))
            return PrivateKey.Open(path, context.Options.KeyPassword);
        if (context.Options.KeyPassword is null && AuthorityKey.IsEncrypted(item.Key!))
            throw new PasswordException(ErrorCode.PasswordRequired, $"The key '{item.Key}' is encrypted, and the one that follows it must not lie open. Give -KeyPassword.", item.Key);
        var key = PrivateKey.Generate(item.OldCertificate.PublicKey.Kind);
        key.Save(path, context.Options.KeyPassword);
        return key;
    }

    /// <summary>What was issued for the key before a crash.</summary>
    private static MtlsCertificate? FindIssued(CertificateAuthority authority, RotationItem item, PrivateKey key)
    {
        var subject = OneLineName.Format(item.Subject);
        return authority.GetIssued()
            .Where(entry => entry.Status == IssuedStatus.Valid && entry.Subject == subject && entry.Path is not null)
            .Select(entry => CertificateReader.ReadFile(entry.Path!)[0])
            .FirstOrDefault(issued => key.Matches(issued.PublicKey));
    }

    private static CertificateSigningRequest RequestFor(RotationItem item, PrivateKey key) => CertificateSigningRequest.Create(item.Subject, item.OldCertificate.San, key);

    private static IssuanceOptions OptionsFor(RotationContext context, RotationItem item) => new()
    {
        Profile = ProfileOf(item.OldCertificate),
        San = item.OldCertificate.San,
        NotAfter = context.Now.AddDays(context.State.LifetimeDays),
    };

    internal static CertificateProfile RoleOf(MtlsCertificate old) => old.Role switch
    {
        CertificateRole.Server => CertificateProfile.Server,
        CertificateRole.Peer => CertificateProfile.Peer,
        _ => CertificateProfile.Client,
    };

    private static IssuanceProfile ProfileOf(MtlsCertificate old) =>
        IssuanceProfile.Of(RoleOf(old)) with { ExtendedKeyUsage = old.Content.ExtendedKeyUsage ?? [] };

    /// <summary>Whether the key in place is the certificate's: a crash between the two leaves the key of the other one.</summary>
    private static bool HasKey(RotationContext context, RotationItem item, MtlsCertificate certificate)
    {
        using var key = CertificateReader.ReadIdentity(item.Certificate!, item.Key == item.Certificate ? null : context.NewKey(item), context.Options.KeyPassword).PrivateKey!;
        return item.Key == item.Certificate
            ? key.Matches(certificate.PublicKey)
            : InputFile.Read(item.Key!).AsSpan().SequenceEqual(InputFile.Read(context.NewKey(item)));
    }

    private static void Archive(RotationContext context, RotationItem item)
    {
        if (File.Exists(context.ArchivedCertificate(item)))
            return;
        AtomicFile.Write(context.ArchivedKey(item), InputFile.Read(item.Key!), FileAudience.OwnerOnly, overwrite: true);
        AtomicFile.Write(context.ArchivedCertificate(item), InputFile.Read(item.Certificate!), FileAudience.OwnerOnly, overwrite: true);
    }

    private static void Replace(RotationContext context, RotationItem item)
    {
        var (certificate, key) = (InputFile.Read(context.NewCertificate(item)), InputFile.Read(context.NewKey(item)));
        if (item.Key == item.Certificate)
        {
            AtomicFile.Write(item.Certificate!, [.. certificate, .. key], FileAudience.OwnerOnly, overwrite: true);
            return;
        }

        // Both are on the disk before either moves; between the two moves lies nothing but a moment.
        using var keyFile = PendingFile.Create(item.Key!, FileAudience.OwnerOnly, overwrite: true);
        using var certificateFile = PendingFile.Create(item.Certificate!, FileAudience.Everyone, overwrite: true);
        keyFile.Write(key);
        certificateFile.Write(certificate);
        keyFile.Commit();
        certificateFile.Commit();
    }
}
