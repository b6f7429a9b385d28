using System.Net;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Issuance;

/// <summary>What may be issued, and why not.</summary>
internal static class IssuancePolicy
{
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    /// <summary>Key strength and proof of possession.</summary>
    internal static void CheckRequest(CertificateSigningRequest request)
    {
        // First, because a signature by a key of an unknown kind can not be judged.
        CheckKey(request.PublicKey, request.Path);
        if (!request.SignatureValid)
            throw new IssuanceException(ErrorCode.RequestSignatureInvalid, $"The request '{request}' is not signed with the key it names: it was changed on the way, or its maker does not hold the key. Ask for a new request.", request.Path);
    }

    internal static void CheckKey(PublicKeyInfo key, string? path)
    {
        if (!key.IsStrongEnough)
            throw new IssuanceException(ErrorCode.KeyTooWeak, $"The key ({key}) is too weak or of a kind that TLS peers do not share. Use ECDSA P-256, P-384 or P-521, or RSA of at least 2048 bits.", path);
        if (RsaWeakness.Find(key) is { } weakness)
            throw new IssuanceException(ErrorCode.KeyTooWeak, $"The key ({key}) is broken: {weakness}. Make a new key with another program, and a new request.", path);
    }

    /// <summary>What the profile says of keys.</summary>
    internal static void CheckKeyRules(CertificateSigningRequest request, IssuanceProfile profile)
    {
        if (profile.Keys.FindViolation(request.PublicKey) is { } rule)
            throw new IssuanceException(ErrorCode.KeyNotAllowed, $"The key ({request.PublicKey}) is not one that the profile '{profile}' certifies: {rule}. Ask for a request with such a key, or use another profile.", request.Path);
    }

    /// <summary>The names of a request. Kinds that log on to Windows or that no TLS program looks at are certified only when the approver says so.</summary>
    internal static IReadOnlyList<AlternativeName> NamesOf(CertificateSigningRequest request)
    {
        var isForeign = request.PrivateKey is null;
        return isForeign && request.San.FirstOrDefault(name => name.Kind is not (AlternativeNameKind.Dns or AlternativeNameKind.IpAddress or AlternativeNameKind.Email or AlternativeNameKind.Uri)) is { } strange
            ? throw new NameException(ErrorCode.NameInvalid, $"The request asks for the name '{strange}', of a kind that is not taken from requests. Give the names to certify with -San.")
            : request.San;
    }

    /// <summary>The names to certify: what the options or the request say, and the common name where the profile needs host names.</summary>
    internal static IReadOnlyList<AlternativeName> DecideNames(DistinguishedName subject, IReadOnlyList<AlternativeName> wanted, IssuanceProfile profile)
    {
        if (subject.CommonName is { } common && common.EnumerateRunes().Count() > 64)
            throw new IssuanceException(ErrorCode.CommonNameTooLong, $"The common name '{common}' has {common.EnumerateRunes().Count()} characters; RFC 5280 allows 64. Give a shorter -Subject and put the long name into -DnsName.");
        foreach (var name in wanted.Where(name => name.Kind == AlternativeNameKind.Dns))
            AlternativeName.Dns(name.Value);
        var names = wanted.ToList();
        var implied = subject.CommonName is { } host ? HostIn(host) : null;
        if (profile.NeedsSan && implied is not null && !names.Exists(name => name.Kind == implied.Kind && name.Value.Equals(implied.Value, StringComparison.OrdinalIgnoreCase)))
            names.Add(implied);

        if (subject.IsEmpty && names.Count == 0)
            throw new IssuanceException(ErrorCode.SubjectMissing, "The certificate would name nobody: the subject is empty and there is no subject alternative name. Give -Subject, -DnsName or -IPAddress.");
        if (profile.NeedsSan && names.Count == 0)
            throw new IssuanceException(ErrorCode.SanRequired, $"A server is found by its host name, and '{subject}' gives none: clients ignore the common name and look at subject alternative names only. Give -DnsName or -IPAddress.");

        // Programs exist that take the common name for the server's host when no alternative name says it.
        var judged = !profile.NeedsSan && implied is not null && profile.MayServe && implied.Value.Contains('.', StringComparison.Ordinal) ? [.. names, implied] : names;
        if (profile.Names?.FindViolation(subject, judged) is { } violation)
            throw new IssuanceException(ErrorCode.NameNotAllowed, $"The profile '{profile}' does not certify this name: {violation}. Leave the name out, use another profile, or add it to allowedNames.");
        return names;
    }

    /// <summary>From when until when, whole seconds, never beyond the issuer.</summary>
    internal static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) DecideLifetime(IssuanceOptions options, int defaultDays, MtlsCertificate? issuer, DateTimeOffset now)
    {
        if (options is { NotAfter: null, Days: <= 0 })
            throw new IssuanceException(ErrorCode.LifetimeInvalid, $"A lifetime of {options.Days} days is none. Give -Days of 1 or more.");
        DateTimeOffset notBefore, notAfter;
        try
        {
            notBefore = WholeSeconds(options.NotBefore ?? now - Backdate);
            notAfter = WholeSeconds(options.NotAfter ?? now.AddDays(options.Days ?? defaultDays));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new IssuanceException(ErrorCode.LifetimeInvalid, $"A lifetime of {options.Days} days goes beyond the year 9999. Give fewer -Days.");
        }

        if (issuer is not null && notBefore < issuer.NotBefore)
        {
            // A start that nobody named is moved in silence: it is only there for slow clocks.
            if (options.NotBefore is not null && !options.AllowClamp)
                throw new IssuanceException(ErrorCode.LifetimeBeyondIssuer, $"The lifetime would begin on {notBefore:u}, but the issuer '{issuer.Name}' begins on {issuer.NotBefore:u}, and nothing it signed is valid before that. Give a later -NotBefore, or use -AllowClamp to begin with the issuer.");
            notBefore = issuer.NotBefore;
        }

        if (notAfter <= notBefore)
            throw new IssuanceException(ErrorCode.LifetimeInvalid, $"The lifetime ends ({notAfter:u}) before it begins ({notBefore:u}). Give a later -NotAfter, or more -Days.");
        if (options.Profile.MaximumDays is { } most && notAfter - now > TimeSpan.FromDays(most) + Backdate)
            throw new IssuanceException(ErrorCode.LifetimeTooLong, $"The lifetime would end on {notAfter:u}, but the profile '{options.Profile}' allows {most} days at most. Give fewer -Days, or use another profile.");
        if (issuer is null || notAfter <= issuer.NotAfter)
            return (notBefore, notAfter);
        if (options.AllowClamp && issuer.NotAfter > notBefore)
            return (notBefore, issuer.NotAfter);
        throw new IssuanceException(ErrorCode.LifetimeBeyondIssuer, $"The lifetime would end on {notAfter:u}, but the issuer '{issuer.Name}' ends on {issuer.NotAfter:u}, and nothing it signed is valid after that. Give fewer -Days, use -AllowClamp to end with the issuer, or renew the issuer.");
    }

    /// <summary>Whether the issuer may sign this profile (RFC 5280, 4.2.1.3 and 4.2.1.9), and which path length the new CA gets.</summary>
    internal static int? DecidePathLength(IssuanceOptions options, MtlsCertificate? issuer)
    {
        if (issuer is { CanSignCertificates: false })
            throw new IssuanceException(ErrorCode.IssuerCannotSign, $"'{issuer.Name}' may not sign certificates: {(issuer.IsCa ? "its keyUsage lacks keyCertSign" : "it is no CA (basicConstraints CA:TRUE is missing)")}. Use a CA's certificate.", issuer.Path);
        if (!options.Profile.IsCa)
            return null;
        if (options.PathLength < 0)
            throw new IssuanceException(ErrorCode.PathLengthExceeded, $"A path length of {options.PathLength} is none: it counts the CAs that may follow below. Give -PathLength 0 or more.");
        var wanted = options.PathLength ?? options.Profile.PathLength;
        if (issuer?.Content.BasicConstraints?.PathLength is not { } limit)
            return wanted;
        if (limit == 0)
            throw new IssuanceException(ErrorCode.PathLengthExceeded, $"'{issuer.Name}' may issue certificates for servers and clients, but no CA below itself (path length 0). Use a CA with a larger path length.", issuer.Path);
        return wanted is { } length && length < limit
            ? length
            : throw new IssuanceException(ErrorCode.PathLengthExceeded, $"'{issuer.Name}' allows {limit} CAs below itself, so the new CA can allow at most {limit - 1}, not {wanted?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any number"}. Give -PathLength {limit - 1} or less.", issuer.Path);
    }

    /// <summary>The host that a common name names, or null when it is some other name.</summary>
    private static AlternativeName? HostIn(string commonName) => IPAddress.TryParse(commonName, out var address) && commonName.Count(c => c is '.' or ':') >= 2
        ? AlternativeName.Ip(address)
        : HostName.IsWellFormed(commonName) ? AlternativeName.Dns(commonName) : null;

    private static DateTimeOffset WholeSeconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerSecond));
    }
}
