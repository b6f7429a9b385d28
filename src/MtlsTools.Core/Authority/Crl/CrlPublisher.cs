using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Publishes the revocation list of a CA folder. The number is taken before the list is signed, and the file appears in one step: whatever dies when, no number is used twice, and the list is the old one or the new one.</summary>
internal sealed class CrlPublisher(AuthorityLayout layout, AuthorityLedger ledger, MtlsCertificate certificate, PrivateKey key, TimeProvider clock, Action<string>? warn)
{
    /// <summary>Lists begin a little back, because clocks differ: one that is not valid yet is refused like one that has ended.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    internal PublishedCrl Publish(CrlOptions options, string ca, CancellationToken cancellation)
    {
        Check(options);
        var former = FormerKeys.Open(layout, certificate, options, clock, warn);
        try
        {
            using var held = AuthorityLock.Take(layout, cancellation);
            var there = ReadFile();
            var own = there.FirstOrDefault(list => IsOf(list, certificate));
            var entries = CrlEntries.Read(ledger.Index, own);
            return options.IfNeeded && IsGood(there, own, entries, former, options)
                ? ToResult(ca, [own!, .. there.Where(list => list != own)], isNew: false)
                : ToResult(ca, Write(Sign(options, entries, there, former), there), isNew: true);
        }
        finally
        {
            foreach (var one in former)
                one.Key?.Dispose();
        }
    }

    private void Check(CrlOptions options)
    {
        if (certificate.Content.Forbids(X509KeyUsageFlags.CrlSign))
            throw new AuthorityException(ErrorCode.CrlSigningNotAllowed, $"The certificate of '{certificate.Name}' does not allow it to sign revocation lists (keyUsage lacks cRLSign), and programs would refuse them. Have the CA certified anew with cRLSign.", layout.Certificate);
        if (options.ValidFor <= TimeSpan.Zero)
            throw new AuthorityException(ErrorCode.LifetimeInvalid, $"A list that is good for {options.ValidFor} has ended before anybody reads it. Give a length of time that is longer than your schedule: 7d, say.", layout.Folder);
        if (options.Overlap is { } overlap && (overlap < TimeSpan.Zero || overlap >= options.ValidFor))
            throw new AuthorityException(ErrorCode.LifetimeInvalid, $"An overlap of {overlap} is not shorter than the list's life of {options.ValidFor}. Give a shorter one, or a longer life.", layout.Folder);
    }

    /// <summary>What was published last; a damaged file is none.</summary>
    private IReadOnlyList<CertificateRevocationList> ReadFile()
    {
        try
        {
            return File.Exists(layout.Crl) ? CertificateRevocationList.ReadFile(layout.Crl) : [];
        }
        catch (InputException damaged)
        {
            warn?.Invoke($"{damaged.Message} It is replaced.");
            return [];
        }
    }

    private static bool IsOf(CertificateRevocationList list, MtlsCertificate signer) => list.Issuer.Matches(signer.Subject) && list.IsSignedBy(signer);

    /// <summary>Whether the list that is there can stay: it says what the index says, the overlap has not begun, and no former key lacks its own.</summary>
    private bool IsGood(IReadOnlyList<CertificateRevocationList> there, CertificateRevocationList? own, CrlEntries entries, IReadOnlyList<FormerKey> former, CrlOptions options)
    {
        var now = clock.GetUtcNow();
        return own is not null && entries.AreListed && IsFresh(own)
            && former.All(one => one.Key is null || there.Any(list => IsOf(list, one.Certificate) && IsFresh(list) && list.Number > own.Number));

        bool IsFresh(CertificateRevocationList list) => list.ThisUpdate <= now && list.NextUpdate - now is { } remaining && remaining > (options.Overlap ?? options.ValidFor / 2);
    }

    private List<CertificateRevocationList> Sign(CrlOptions options, CrlEntries entries, IReadOnlyList<CertificateRevocationList> there, IReadOnlyList<FormerKey> former)
    {
        var now = clock.GetUtcNow();
        if (there.Count > 0 && there.Max(list => list.ThisUpdate) is var last && last > now)
            warn?.Invoke($"The last list of '{certificate.Name}' begins at {last:u}, which is still to come by this machine's clock ({now:u}): one of the two is wrong. Programs that choose by date may keep to the older list; check the clock.");
        if (certificate.NotAfter < now)
            warn?.Invoke($"The certificate of '{certificate.Name}' ended on {certificate.NotAfter:u}. Its list is signed all the same, but nothing that it issued is valid any more.");
        var signers = former.Where(one => one.Key is not null).ToList();
        var number = CrlNumberFile.Take(layout, HighestNumber(), 1 + signers.Count);
        List<CertificateRevocationList> lists = [SignOne(certificate, key, number, options, entries)];
        foreach (var signer in signers)
            lists.Add(SignOne(signer.Certificate, signer.Key!, ++number, options, entries));

        // Without its key, the last list of a former key is better than none.
        lists.AddRange(former.Where(one => one.Key is null).SelectMany(one => there.Where(list => IsOf(list, one.Certificate) && list.NextUpdate > now)));
        return lists;
    }

    /// <summary>Whatever the key says, nothing goes out that others could not verify.</summary>
    private CertificateRevocationList SignOne(MtlsCertificate issuer, PrivateKey issuerKey, BigInteger number, CrlOptions options, CrlEntries entries)
    {
        var begin = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() - Skew).ToUnixTimeSeconds());
        var der = CrlBuilder.Sign(issuer, issuerKey, number, begin, begin + Skew + options.ValidFor, entries.All);
        var made = CertificateRevocationList.Read(der, layout.Crl)[0];
        return made.IsSignedBy(issuer) && made.Count == entries.All.Count
            ? made
            : throw new KeyException(ErrorCode.KeyMismatch, $"The revocation list of '{issuer.Name}' does not verify with its own certificate, so it was not published: the key or the device that holds it does not sign as it should. Test it with Compare-MtlsKeyPair.", issuerKey.Path);
    }

    /// <summary>Lists may lie in the folder that another program published, or that were restored.</summary>
    private BigInteger? HighestNumber()
    {
        var files = Directory.Exists(layout.CrlFolder) ? Directory.EnumerateFiles(layout.CrlFolder).Where(file => Path.GetExtension(file) is ".crl" || Path.GetFileName(file) == "crl.pem") : [];
        return files.Append(layout.Crl).Distinct().SelectMany(NumbersOf).Max();
    }

    private IEnumerable<BigInteger?> NumbersOf(string file)
    {
        try
        {
            return File.Exists(file) ? CertificateRevocationList.ReadFile(file).Where(list => list.Issuer.Matches(certificate.Subject)).Select(list => list.Number) : [];
        }
        catch (InputException)
        {
            return []; // whatever it is, it was told of if it is ours
        }
    }

    private List<CertificateRevocationList> Write(List<CertificateRevocationList> lists, IReadOnlyList<CertificateRevocationList> there)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(layout.Crl)!);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(layout.Crl, denied);
        }

        ledger.Audit.Append(lists.Where(list => !there.Contains(list)).Select(ToAudit), key, warn).Dispose();
        CrlFile.Update(layout.Crl, lists, overwrite: true);
        return lists;
    }

    private static AuditEntry ToAudit(CertificateRevocationList list) => new()
    {
        Event = AuditEvent.CrlPublished,
        Subject = list.Issuer.ToString(),
        CrlNumber = list.Number?.ToString(CultureInfo.InvariantCulture),
        NotAfter = list.NextUpdate,
        Count = list.Count,
        Sha256 = Convert.ToHexString(SHA256.HashData(list.RawData.Span)),
    };

    private PublishedCrl ToResult(string ca, IReadOnlyList<CertificateRevocationList> lists, bool isNew) =>
        new() { Ca = ca, CaPath = layout.Folder, Path = layout.Crl, IsNew = isNew, Lists = lists };
}
