using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Renewal;
using MtlsTools.Renewal.Files;
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
            var issued = FindIssued(context.Issuing, item, key) ?? context.Unlocked(context.Issuing).Issue(RequestFor(item, key), OptionsFor(context, item), context.Warn, context.Cancellation);
            AtomicFile.Write(context.NewCertificate(item), CertificateExporter.Pem([issued, .. context.Issuing.Certificate.Chain.Prepend(context.Issuing.Certificate).Where(one => !one.IsSelfSigned)]), FileAudience.Everyone, overwrite: true);
        }
    }

    /// <summary>The new certificates take the places of the old ones, each with its key in one step; the old ones are archived first.</summary>
    /// <returns>Whether any file has changed.</returns>
    internal static bool RollOut(RotationContext context)
    {
        var changed = false;
        foreach (var item in context.State.Items.Where(item => item.IsHere))
        {
            if (!File.Exists(context.NewCertificate(item)))
                throw new RotationException(ErrorCode.RotationBlocked, $"The new certificate of '{item.Name}' is missing from '{context.NewCertificate(item)}'. Restore the folder '{context.Folder}' from a copy.", context.Path);
            var next = CertificateReader.ReadIdentity(context.NewCertificate(item), context.NewKey(item), context.Options.KeyPassword);
            var place = new FilePlace(new FileSettings(item.Certificate!, item.Key == item.Certificate ? null : item.Key, null, context.Options.KeyPassword, Keep: 0, NoLink: false, MarkReload: false));
            using var work = place.Begin(context.Cancellation);
            var current = place.Read();
            if (current.Equals(next))
                continue;
            Archive(context, item, current);
            work.Replace(current, next);
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
        Profile = RenewedProfile.Of(item.OldCertificate),
        San = item.OldCertificate.San,
        NotAfter = context.Now.AddDays(context.State.LifetimeDays),
    };

    private static void Archive(RotationContext context, RotationItem item, MtlsCertificate current)
    {
        if (File.Exists(context.ArchivedCertificate(item)))
            return;
        current.PrivateKey!.Save(context.ArchivedKey(item), context.Options.KeyPassword, overwrite: true);
        AtomicFile.Write(context.ArchivedCertificate(item), CertificateExporter.Pem(current.Chain.Prepend(current)), FileAudience.Everyone, overwrite: true);
    }
}
