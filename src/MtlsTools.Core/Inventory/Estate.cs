using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Revocation;

namespace MtlsTools.Inventory;

/// <summary>What only the whole estate shows: shared keys, revocations, who uses what, what is newer. It keeps fingerprints, CAs and revocation lists, and no other certificate.</summary>
internal sealed class Estate(ConfigurationUses uses)
{
    private const int MostPlaces = 1000, MostSharers = 100;

    private readonly Dictionary<UInt128, Owners> keys = [];
    private readonly HashSet<UInt128> revoked = [];
    private readonly Dictionary<UInt128, DateTimeOffset> lastIssued = [];
    private readonly Dictionary<UInt128, (DateTimeOffset NotBefore, string Place)> newest = [];
    private readonly Dictionary<UInt128, SortedSet<string>> endpoints = [];
    private readonly Dictionary<string, List<MtlsCertificate>> authorities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CertificateRevocationList>> lists = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> seen = [];
    private readonly HashSet<UInt128> placed = [];
    private readonly Dictionary<UInt128, SortedSet<string>> along = [];

    internal ConfigurationUses Uses => uses;

    /// <summary>Takes note of something that was found.</summary>
    internal void Add(Found found)
    {
        if (found.Entry is { } entry)
            AddRecord(entry, found.Authority!);
        if (found.List is { } list && seen.Add(Of(list.RawData.Span)))
            Group(lists, list.IssuerName).Add(list);
        if (found.Certificate is not { } certificate)
            return;
        var fingerprint = Of(certificate.RawData.Span);
        if (found.ComesAlong)
            AddPlace(along, fingerprint, found.Place);
        else if (found.Source != InventorySource.Authority)
            placed.Add(fingerprint);
        if (found.Source == InventorySource.Endpoint)
        {
            AddPlace(endpoints, fingerprint, found.Place);
        }
        else if (!certificate.IsCa && Names(certificate) is { } names && (!newest.TryGetValue(names, out var known) || known.NotBefore < certificate.NotBefore))
        {
            newest[names] = (certificate.NotBefore, found.Place);
        }

        if (!seen.Add(fingerprint))
            return;
        AddKey(certificate);
        if (certificate.IsCa)
            Group(authorities, CanonicalName.Of(certificate.Subject)).Add(certificate.WithChain([]));
    }

    /// <summary>Whether a certificate lies somewhere by itself, and not only in chains and in its CA's records.</summary>
    internal bool IsPlaced(MtlsCertificate certificate) => placed.Contains(Of(certificate.RawData.Span));

    /// <summary>Whether it is an issuer along with something else, and an item of its own at its own place.</summary>
    internal bool IsRepeated(Found found) => found.ComesAlong && IsPlaced(found.Certificate!);

    /// <summary>Where a certificate comes along in chains.</summary>
    internal IReadOnlyCollection<string> PlacesAlong(MtlsCertificate certificate) => along.TryGetValue(Of(certificate.RawData.Span), out var places) ? places : [];

    /// <summary>The other names that have a certificate for the same key.</summary>
    internal IReadOnlyList<string> SharersOf(MtlsCertificate certificate)
    {
        if (!keys.TryGetValue(Of(certificate.PublicKey.Der.Span), out var owners) || owners.Others is null)
            return [];
        var own = Whom(certificate);
        return owners.Others.Append(new(owners.Whom, owners.Name)).Where(one => one.Key != own).Select(one => one.Value).Order(StringComparer.Ordinal).ToList();
    }

    /// <summary>Whether the CA's records or a list that a CA of this estate signed revoke it.</summary>
    internal bool IsRevoked(MtlsCertificate certificate)
    {
        var issuer = CanonicalName.Of(certificate.Issuer);
        return revoked.Contains(Serial(issuer, certificate.SerialNumber))
            || (lists.TryGetValue(issuer, out var ofIssuer) && ofIssuer.Exists(list => list.ListsOwnCertificates && SignerOf(list) == SignatureVerdict.Valid && list.Find(certificate.SerialNumber) is not null));
    }

    /// <summary>Whether a list's signature is that of a CA of the estate; null when none of its name is there.</summary>
    internal SignatureVerdict? SignerOf(CertificateRevocationList list)
    {
        if (!authorities.TryGetValue(list.IssuerName, out var named))
            return null;
        lock (verdicts)
        {
            var fingerprint = Of(list.RawData.Span);
            if (!verdicts.TryGetValue(fingerprint, out var verdict))
                verdicts[fingerprint] = verdict = named.Select(ca => new SignatureChecker(ca.PublicKey).Check(list.Signature)).Aggregate(SignatureVerdict.Invalid, (best, next) => best == SignatureVerdict.Valid || next == SignatureVerdict.Invalid ? best : next);
            return verdict;
        }
    }

    private readonly Dictionary<UInt128, SignatureVerdict> verdicts = [];

    /// <summary>Whether the same CA has issued a later certificate for the same subject that is not revoked.</summary>
    internal bool IsSuperseded(IssuedEntry entry, MtlsCertificate authority) => lastIssued.TryGetValue(Subject(entry, authority), out var last) && last > entry.NotAfter;

    /// <summary>The endpoints that show a certificate.</summary>
    internal IReadOnlyCollection<string> EndpointsOf(MtlsCertificate certificate) => endpoints.TryGetValue(Of(certificate.RawData.Span), out var places) ? places : [];

    /// <summary>Where a newer certificate for the same names and purpose lies, or null.</summary>
    internal string? NewerThan(MtlsCertificate certificate) =>
        Names(certificate) is { } names && newest.TryGetValue(names, out var known) && known.NotBefore > certificate.NotBefore ? known.Place : null;

    /// <summary>The CA of the estate that signed a certificate: the one that lives longest; null when it is not known.</summary>
    internal MtlsCertificate? IssuerOf(MtlsCertificate certificate) => certificate.IsSelfSigned || !authorities.TryGetValue(CanonicalName.Of(certificate.Issuer), out var named)
        ? null
        : named.Where(ca => KeyFits(certificate, ca)).MaxBy(ca => ca.NotAfter);

    /// <summary>Key identifiers are hints; here they choose among CAs of one name, and decide nothing else.</summary>
    private static bool KeyFits(MtlsCertificate certificate, MtlsCertificate ca)
    {
        try
        {
            return certificate.AuthorityKeyIdentifier?.KeyIdentifier is not { } wanted || ca.SubjectKeyIdentifier is not { } has || wanted == has;
        }
        catch (InputException)
        {
            return true;
        }
    }

    private void AddRecord(IssuedEntry entry, MtlsCertificate authority)
    {
        if (entry.Status == IssuedStatus.Revoked)
            revoked.Add(Serial(CanonicalName.Of(authority.Subject), entry.SerialNumber));
        else if (Subject(entry, authority) is var subject && (!lastIssued.TryGetValue(subject, out var last) || last < entry.NotAfter))
            lastIssued[subject] = entry.NotAfter;
    }

    private void AddKey(MtlsCertificate certificate)
    {
        var key = Of(certificate.PublicKey.Der.Span);
        var whom = Whom(certificate);
        if (!keys.TryGetValue(key, out var owners))
            keys[key] = new Owners(whom, certificate.Name);
        else if (owners.Whom != whom && (owners.Others ??= []).Count < MostSharers)
            owners.Others.TryAdd(whom, certificate.Name);
    }

    /// <summary>A thousand places say as much as a million.</summary>
    private static void AddPlace(Dictionary<UInt128, SortedSet<string>> groups, UInt128 fingerprint, string place)
    {
        if (!groups.TryGetValue(fingerprint, out var places))
            groups[fingerprint] = places = new SortedSet<string>(StringComparer.Ordinal);
        if (places.Count < MostPlaces)
            places.Add(place);
    }

    private static List<T> Group<T>(Dictionary<string, List<T>> groups, string name) => groups.TryGetValue(name, out var group) ? group : groups[name] = [];

    /// <summary>A renewed certificate may name other hosts: as long as the subject is the same, it is for the same one.</summary>
    private static UInt128 Whom(MtlsCertificate certificate) => certificate.Subject.IsEmpty ? Of(string.Join(',', certificate.San)) : Of(CanonicalName.Of(certificate.Subject));

    private static UInt128? Names(MtlsCertificate certificate) =>
        certificate.San.Count == 0 ? null : Of($"{certificate.Role}\n{string.Join('\n', certificate.San.Select(name => name.ToString()).Order(StringComparer.Ordinal))}");

    private static UInt128 Serial(string issuer, string serialNumber) => Of($"{issuer}\n{serialNumber.TrimStart('0')}");

    private static UInt128 Subject(IssuedEntry entry, MtlsCertificate authority) => Of($"{authority.Sha256}\n{entry.Subject}");

    private static UInt128 Of(string text) => Of(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Half of a SHA-256: enough to tell any number of things apart.</summary>
    private static UInt128 Of(ReadOnlySpan<byte> content) => MemoryMarshal.Read<UInt128>(SHA256.HashData(content));

    /// <summary>Whom certificates with one key are for.</summary>
    private sealed class Owners(UInt128 whom, string name)
    {
        internal UInt128 Whom { get; } = whom;

        internal string Name { get; } = name;

        internal Dictionary<UInt128, string>? Others { get; set; }
    }
}
