using System.Globalization;
using System.Text;
using MtlsTools.Authority;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using static MtlsTools.Encoding.BashText;

namespace MtlsTools.Issuance;

/// <summary>The openssl commands that would make the same request or certificate, as a bash script.</summary>
/// <remarks>For learning, and for places where only openssl is at hand. Such a script does not write into the CA's index.</remarks>
public static class OpenSslScript
{
    /// <summary>The file name that a certificate gets when none is given: from its common name, as far as that can be one.</summary>
    public static string FileNameFor(DistinguishedName subject, IReadOnlyList<AlternativeName> san)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(san);
        var name = subject.CommonName ?? (san.Count > 0 ? san[0].Value : "");
        var safe = new string(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-').ToArray()).Trim('.', '-');
        return safe.Length > 0 ? safe : "certificate";
    }

    /// <summary>Makes a request, and its key unless there is one.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="san">The subject alternative names.</param>
    /// <param name="newKey">The kind of key to make; null uses the one that is there.</param>
    /// <param name="keyPath">The key's file.</param>
    /// <param name="requestPath">The request's file.</param>
    /// <param name="encrypt">Whether the new key is encrypted; openssl asks for the password.</param>
    public static string ForRequest(DistinguishedName subject, IReadOnlyList<AlternativeName> san, KeyAlgorithm? newKey, string keyPath, string requestPath, bool encrypt) =>
        Head + Request(subject, san, newKey, keyPath, requestPath, encrypt);

    /// <summary>Issues a certificate for a request.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="request">The request; it is judged as it would be when it is issued.</param>
    /// <param name="options">The decision.</param>
    /// <param name="requestPath">The request's file; null writes it out with the script.</param>
    /// <param name="outPath">Where the certificate goes, with its intermediates.</param>
    /// <exception cref="IssuanceException">A rule forbids it.</exception>
    public static string ForApproval(CertificateAuthority authority, CertificateSigningRequest request, IssuanceOptions options, string? requestPath, string outPath) =>
        Head + Approval(authority, request, options, requestPath, outPath);

    /// <summary>Makes a key and a request, and issues the certificate.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="request">A request like the one that the script makes, with a key of the same kind.</param>
    /// <param name="options">The decision.</param>
    /// <param name="newKey">The kind of key to make; null uses the one that is there.</param>
    /// <param name="keyPath">The key's file.</param>
    /// <param name="outPath">Where the certificate goes, with its intermediates; the request is put beside it.</param>
    /// <param name="encrypt">Whether the new key is encrypted; openssl asks for the password.</param>
    /// <exception cref="IssuanceException">A rule forbids it.</exception>
    public static string ForCertificate(CertificateAuthority authority, CertificateSigningRequest request, IssuanceOptions options, KeyAlgorithm? newKey, string keyPath, string outPath, bool encrypt)
    {
        ArgumentNullException.ThrowIfNull(request);
        var requestPath = Path.ChangeExtension(outPath, ".csr");
        return Head + Request(request.Subject, [], newKey, keyPath, requestPath, encrypt) + Approval(authority, request, options, requestPath, outPath) + $"rm {Quote(requestPath)}\n";
    }

    private static string Request(DistinguishedName subject, IReadOnlyList<AlternativeName> san, KeyAlgorithm? newKey, string keyPath, string requestPath, bool encrypt)
    {
        var script = new StringBuilder();
        if (newKey is { } algorithm)
        {
            script.Append(encrypt ? "\n# The private key, encrypted and for its owner alone. openssl asks for the password.\n" : "\n# The private key, for its owner alone.\n");
            script.Append(CultureInfo.InvariantCulture, $"(umask 077; openssl genpkey {OptionsOf(algorithm)}{(encrypt ? " -aes-256-cbc" : "")} -out {Quote(keyPath)})\n");
        }

        script.Append("\n# The request: the name and the public key, signed with the private key to prove that its maker has it.\n");
        script.Append(CultureInfo.InvariantCulture, $"openssl req -new -sha256 -key {Quote(keyPath)} -utf8 -subj {Quote(SlashForm(subject))}");
        if (san.Count > 0)
            script.Append(CultureInfo.InvariantCulture, $" \\\n    -addext {Quote($"subjectAltName = {(subject.IsEmpty ? "critical, " : "")}{string.Join(", ", san)}")}");
        return script.Append(CultureInfo.InvariantCulture, $" \\\n    -out {Quote(requestPath)}\n").ToString();
    }

    private static string Approval(CertificateAuthority authority, CertificateSigningRequest request, IssuanceOptions options, string? requestPath, string outPath)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(request);
        var plan = authority.Plan(request, options);
        var extensions = OpenSslExtensions.Write(plan);
        var input = requestPath ?? outPath + ".csr";
        var days = Math.Max(1, (int)Math.Round((plan.NotAfter - authority.Now).TotalDays, MidpointRounding.ToPositiveInfinity));
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"\n# The certificate: the CA decides about the extensions, whatever the request asks for.\n");
        if (options.NotBefore is not null || options.NotAfter is not null)
            script.Append(CultureInfo.InvariantCulture, $"# openssl x509 counts whole days from now; wanted were {plan.NotBefore:u} to {plan.NotAfter:u} (openssl 3.4 has -not_before and -not_after).\n");
        if (requestPath is null)
            script.Append(CultureInfo.InvariantCulture, $"cat > {Quote(input)} <<'PEM'\n{request.ToPem()}PEM\n");
        script.Append(CultureInfo.InvariantCulture, $"openssl x509 -req -in {Quote(input)} \\\n    -CA {Quote(authority.CertificatePath)} -CAkey {Quote(authority.KeyPath)} \\\n    -set_serial 0x{Convert.ToHexString(plan.SerialNumber)} -days {days} -{authority.Certificate.PublicKey.SignatureHash.Name!.ToLowerInvariant()}");
        if (options.Subject is not null && !options.Subject.Equals(request.Subject))
            script.Append(CultureInfo.InvariantCulture, $" \\\n    -subj {Quote(SlashForm(plan.Subject))}");
        if (extensions.Length > 0)
            script.Append(" \\\n    -extfile /dev/stdin");
        script.Append(CultureInfo.InvariantCulture, $" -out {Quote(outPath)}");
        script.Append(extensions.Length > 0 ? $" <<'EXTENSIONS'\n{extensions}EXTENSIONS\n" : "\n");
        foreach (var intermediate in authority.Certificate.Chain.Prepend(authority.Certificate).Where(ca => !ca.IsSelfSigned))
            script.Append(CultureInfo.InvariantCulture, $"\n# The intermediate '{OneLine(intermediate.Name)}', which goes along with it.\ncat >> {Quote(outPath)} <<'PEM'\n{intermediate.ToPem()}PEM\n");
        return script.ToString();
    }

    private static string OptionsOf(KeyAlgorithm algorithm) => KeyRules.BitsOf(algorithm) is { } bits
        ? $"-algorithm RSA -pkeyopt rsa_keygen_bits:{bits}"
        : $"-algorithm EC -pkeyopt ec_paramgen_curve:P-{algorithm.ToString()[^3..]}";

    private static string SlashForm(DistinguishedName subject) => subject.IsEmpty ? "/" : subject.ToSlashString();
}
