using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Inventory;

/// <summary>Makes an item of what was found: how urgent it is, and what somebody should know. Any thread may.</summary>
internal sealed class ItemJudge(Estate estate, InventoryOptions options, DateTimeOffset now)
{
    internal InventoryItem Judge(Found found) =>
        found.List is { } list ? OfList(found, list)
        : found.Certificate is { } certificate ? OfCertificate(found, certificate)
        : found.Entry is { } entry ? OfRecord(found, entry)
        : OfFailure(found);

    private static InventoryItem OfFailure(Found found) => new()
    {
        Kind = InventoryKind.Unreadable,
        Status = InventoryStatus.Unreadable,
        Name = found.Path is null ? found.Place : System.IO.Path.GetFileName(found.Path),
        Source = found.Source,
        Place = found.Place,
        Path = found.Path,
        NeedsAttention = true,
        Findings = [InventoryFindings.Unreadable(found.Failure!)],
    };

    private InventoryItem OfCertificate(Found found, MtlsCertificate certificate)
    {
        var isRevoked = found.Entry?.Status == IssuedStatus.Revoked || estate.IsRevoked(certificate);
        var isSuperseded = found.Entry is { } entry && estate.IsSuperseded(entry, found.Authority!);
        var status = StatusOf(certificate.NotBefore, certificate.NotAfter, certificate.IsCa, isRevoked, isSuperseded);
        var endpoints = estate.EndpointsOf(certificate);
        var configured = found.Path is null || found.Source == InventorySource.Kubernetes ? [] : estate.Uses.Of(found.Path);
        var sharers = estate.SharersOf(certificate);
        var keyPath = found.Path is { } path && found.Source == InventorySource.File && !found.HasPrivateKey && !found.ComesAlong ? KeyBeside.Find(certificate, path, estate.Uses.KeyOf(path)) : null;
        var draft = new InventoryItem
        {
            Kind = InventoryKind.Certificate,
            Status = status,
            Name = certificate.Name,
            Role = certificate.Role,
            Subject = certificate.Subject.ToString(),
            San = certificate.San,
            Issuer = certificate.Issuer.ToString(),
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
            DaysLeft = DaysUntil(certificate.NotAfter),
            RenewAfter = certificate.RenewAfter,
            Source = found.Source,
            Place = found.Place,
            Path = found.Path,
            KeyPath = keyPath,
            HasPrivateKey = found.HasPrivateKey || keyPath is not null,
            Certificate = certificate,
            SerialNumber = certificate.SerialNumber,
            Sha256 = certificate.Sha256,
            SpkiSha256 = certificate.SpkiSha256,
            UsedBy = [.. configured, .. endpoints],
            SharesKeyWith = sharers,
            NeedsRenewal = status is InventoryStatus.Due or InventoryStatus.Expired && !found.ComesAlong && found.Source is InventorySource.File or InventorySource.Pfx or InventorySource.Store,
            NeedsAttention = NeedsAttention(status, found.Source) && !(found.Source == InventorySource.Authority && estate.IsPlaced(certificate)),
            AlsoAt = found.Source == InventorySource.Authority ? [] : [.. estate.PlacesAlong(certificate).Where(place => place != found.Place)],
            ComesAlong = found.ComesAlong,
        };
        return draft with { Findings = InventoryFindings.Of(draft, certificate, estate, found.Path is not null && estate.Uses.IsClient(found.Path)) };
    }

    /// <summary>A record whose certificate is gone: the index line is all there is.</summary>
    private InventoryItem OfRecord(Found found, IssuedEntry entry)
    {
        var status = StatusOf(null, entry.NotAfter, false, entry.Status == IssuedStatus.Revoked, estate.IsSuperseded(entry, found.Authority!));
        var draft = new InventoryItem
        {
            Kind = InventoryKind.Certificate,
            Status = status,
            Name = entry.Name ?? entry.Subject,
            Subject = entry.Subject,
            Issuer = found.Authority!.Subject.ToString(),
            NotAfter = entry.NotAfter,
            DaysLeft = DaysUntil(entry.NotAfter),
            Source = found.Source,
            Place = found.Place,
            Path = found.Path,
            SerialNumber = entry.SerialNumber,
            NeedsAttention = NeedsAttention(status, found.Source),
        };
        return draft with { Findings = InventoryFindings.Of(draft) };
    }

    private InventoryItem OfList(Found found, CertificateRevocationList list)
    {
        var renewAfter = list.NextUpdate is { } next ? RenewalTime.Of(list.ThisUpdate, next, isCa: false) : (DateTimeOffset?)null;
        var status = list.NextUpdate is null || list.NextUpdate < now ? InventoryStatus.CrlStale : StatusOf(list.ThisUpdate, list.NextUpdate.Value, false, false, false);
        var draft = new InventoryItem
        {
            Kind = InventoryKind.RevocationList,
            Status = status,
            Name = $"CRL of {list.Issuer.CommonName ?? list.Issuer.ToString()}",
            Issuer = list.Issuer.ToString(),
            NotBefore = list.ThisUpdate,
            NotAfter = list.NextUpdate,
            DaysLeft = list.NextUpdate is { } end ? DaysUntil(end) : null,
            RenewAfter = renewAfter,
            Source = found.Source,
            Place = found.Place,
            Path = found.Path,
            RevocationList = list,
            Sha256 = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(list.RawData.Span)),
            UsedBy = found.Path is null || found.Source == InventorySource.Kubernetes ? [] : [.. estate.Uses.Of(found.Path)],
            NeedsAttention = NeedsAttention(status, found.Source),
        };
        return draft with { Findings = InventoryFindings.Of(draft, estate.SignerOf(list)) };
    }

    private InventoryStatus StatusOf(DateTimeOffset? notBefore, DateTimeOffset notAfter, bool isCa, bool isRevoked, bool isSuperseded)
    {
        if (isRevoked)
            return InventoryStatus.Revoked;
        if (isSuperseded)
            return InventoryStatus.Superseded;
        if (now > notAfter)
            return InventoryStatus.Expired;
        if (notBefore is not { } begin)
            return InventoryStatus.Ok; // How much of its life is over is not known.
        var renewAfter = RenewalTime.Of(begin, notAfter, isCa);
        return now > renewAfter ? InventoryStatus.Due
            : now < begin ? InventoryStatus.NotYetValid
            : now > renewAfter - (options.Soon ?? (notAfter - begin) / 10) ? InventoryStatus.RenewSoon
            : InventoryStatus.Ok;
    }

    /// <summary>In a CA's records, what has ended or was revoked is history, and as it should be.</summary>
    private static bool NeedsAttention(InventoryStatus status, InventorySource source) => source == InventorySource.Authority ? status == InventoryStatus.Due : status >= InventoryStatus.Due;

    private int DaysUntil(DateTimeOffset end) => (int)Math.Floor((end - now).TotalDays);
}
