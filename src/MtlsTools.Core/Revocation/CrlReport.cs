using System.Globalization;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Names;

namespace MtlsTools.Revocation;

/// <summary>Whether a revocation list can be used.</summary>
public enum CrlStatus
{
    /// <summary>It is current.</summary>
    Ok,

    /// <summary>It is current, for less time than was asked for.</summary>
    EndsSoon,

    /// <summary>It should have been replaced by now, or does not say when it will be.</summary>
    Stale,

    /// <summary>It begins later.</summary>
    NotYetValid,

    /// <summary>It is a delta or an indirect list, or has a critical extension that is not understood.</summary>
    NotSupported,

    /// <summary>None of the CAs that were given has signed it.</summary>
    SignatureInvalid,
}

/// <summary>A revocation list, and what is to be thought of it at a moment.</summary>
public sealed class CrlReport
{
    private CrlReport(CertificateRevocationList list, CrlStatus status, bool? isVerified, DateTimeOffset asOf, string? source)
    {
        List = list;
        Status = status;
        SignatureVerified = isVerified;
        Remaining = list.NextUpdate - asOf;
        Source = source ?? list.Path;
        Count = list.Count;
    }

    /// <summary>The CA that made it.</summary>
    public DistinguishedName Issuer => List.Issuer;

    /// <summary>Its number, which grows from list to list; null when it has none.</summary>
    public BigInteger? Number => List.Number;

    /// <summary>When it begins (UTC).</summary>
    public DateTimeOffset ThisUpdate => List.ThisUpdate;

    /// <summary>When the next one is due (UTC); null when the list does not say.</summary>
    public DateTimeOffset? NextUpdate => List.NextUpdate;

    /// <summary>The time until then; negative once it has passed.</summary>
    public TimeSpan? Remaining { get; }

    /// <summary>How many certificates it lists.</summary>
    public int Count { get; }

    /// <summary>Whether it can be used.</summary>
    public CrlStatus Status { get; }

    /// <summary>Whether it can be used, and for as long as was asked for.</summary>
    public bool Success => Status == CrlStatus.Ok;

    /// <summary>Whether a CA that was given has signed it; null when none was.</summary>
    public bool? SignatureVerified { get; }

    /// <summary>The signature algorithm's name.</summary>
    public string SignatureAlgorithm => AlgorithmNames.Of(List.Signature.AlgorithmOid);

    /// <summary>The identifier of the key that signed it, upper-case hex; null when it does not say.</summary>
    public string? AuthorityKeyIdentifier => List.AuthorityKeyIdentifier?.KeyIdentifier;

    /// <summary>The file or URL that it came from, or null.</summary>
    public string? Source { get; }

    /// <summary>The entries, read as they are asked for.</summary>
    public IEnumerable<RevokedCertificate> Entries => List.Entries;

    /// <summary>The list itself.</summary>
    public CertificateRevocationList List { get; }

    /// <summary>Judges a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="issuers">The CAs of which one must have signed it; null leaves the signature alone.</param>
    /// <param name="asOf">The moment.</param>
    /// <param name="minimumRemaining">How long it must be good for from then on.</param>
    /// <param name="source">Where it came from, when that is no file.</param>
    /// <exception cref="InputException">An entry of the list is damaged.</exception>
    public static CrlReport Judge(CertificateRevocationList list, IReadOnlyList<MtlsCertificate>? issuers, DateTimeOffset asOf, TimeSpan minimumRemaining = default, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(list);
        bool? isVerified = issuers is null ? null : issuers.Any(issuer => list.Issuer.Matches(issuer.Subject) && !issuer.Content.Forbids(X509KeyUsageFlags.CrlSign) && list.IsSignedBy(issuer));
        var status = isVerified == false ? CrlStatus.SignatureInvalid
            : list.NotSupported is not null ? CrlStatus.NotSupported
            : asOf < list.ThisUpdate ? CrlStatus.NotYetValid
            : list.NextUpdate is not { } next || next < asOf ? CrlStatus.Stale
            : next - asOf < minimumRemaining ? CrlStatus.EndsSoon
            : CrlStatus.Ok;
        return new CrlReport(list, status, isVerified, asOf, source);
    }

    /// <summary>Why it can not be used, with what to do; null when it can.</summary>
    public InputException? ToError()
    {
        var name = $"The revocation list of '{Issuer.CommonName ?? Issuer.ToString()}'{(Source is null ? "" : $" ('{Source}')")}";
        return Status switch
        {
            CrlStatus.SignatureInvalid => Error(ErrorCode.CrlSignatureInvalid, $"{name} was not signed by any of the CAs that were given, so it proves nothing. Get a fresh copy from the CA, or give the certificate of the CA that signed it."),
            CrlStatus.NotSupported => Error(ErrorCode.CrlNotSupported, $"{name} can not be used: {List.NotSupported}. Get the CA's complete list."),
            CrlStatus.NotYetValid => Error(ErrorCode.CrlNotYetValid, $"{name} begins at {ThisUpdate:u}, which is still to come: programs refuse everybody until then. Check the clocks of the CA and of this machine."),
            CrlStatus.Stale => Error(ErrorCode.CrlStale, NextUpdate is null ? $"{name} does not say when the next one is due, so nobody can tell whether it still holds. Publish it again with Publish-MtlsCrl." : $"{name} ended at {NextUpdate:u}: servers that check it refuse everybody. Publish a new one with Publish-MtlsCrl, and hand it out."),
            CrlStatus.EndsSoon => Error(ErrorCode.CrlEndsSoon, $"{name} ends at {NextUpdate:u}, in {Describe(Remaining!.Value)}: a new one should have been published by now. Publish it with Publish-MtlsCrl, hand it out, and see why the schedule did not."),
            _ => null,
        };
    }

    /// <summary>Whose, its number, until when, and the status.</summary>
    public override string ToString() => $"{List} ({Status})";

    private InputException Error(ErrorCode code, string message) => new(code, message, List.Path);

    private static string Describe(TimeSpan time) => time.TotalHours < 48
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days");
}
