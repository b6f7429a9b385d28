using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace MtlsTools.Certificates;

/// <summary>A Kubernetes Secret of the type kubernetes.io/tls, as <c>kubectl apply -f</c> takes it.</summary>
internal static partial class KubernetesSecret
{
    private const int MaxSubdomain = 253;
    private const int MaxLabel = 63;

    /// <summary>The manifest. It holds the private key, which Kubernetes wants unencrypted: wipe it after use.</summary>
    /// <param name="certificate">The certificate, with its key.</param>
    /// <param name="fullChain">What goes to <c>tls.crt</c>.</param>
    /// <param name="issuers">What goes to <c>ca.crt</c>; empty for none.</param>
    /// <param name="name">The Secret's name; null makes one of the certificate's.</param>
    /// <param name="space">The namespace, or null.</param>
    /// <exception cref="NameException">A name is not one that Kubernetes takes.</exception>
    internal static byte[] Write(MtlsCertificate certificate, byte[] fullChain, byte[] issuers, string? name, string? space)
    {
        name = name is null ? NameFor(certificate) : Check(name, MaxSubdomain, Subdomain(), "name of a Secret", "small letters, digits, '-' and '.', such as api-tls");
        if (space is not null)
            CheckNamespace(space);
        var key = certificate.PrivateKey!.ExportPem(null);
        var encodedKey = new byte[Base64.GetMaxEncodedToUtf8Length(key.Length)];
        try
        {
            Base64.EncodeToUtf8(key, encodedKey, out _, out _);

            // Quoted, because a name such as 1.5 or null would be read as something else than a text.
            var head = $"""
                apiVersion: v1
                kind: Secret
                metadata:
                  name: "{name}"
                {(space is null ? "" : $"  namespace: \"{space}\"\n")}type: kubernetes.io/tls
                data:
                {(issuers.Length == 0 ? "" : $"  ca.crt: {Convert.ToBase64String(issuers)}\n")}  tls.crt: {Convert.ToBase64String(fullChain)}
                  tls.key: 
                """.Replace("\r", "", StringComparison.Ordinal);
            return [.. System.Text.Encoding.ASCII.GetBytes(head), .. encodedKey, (byte)'\n'];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(encodedKey);
        }
    }

    /// <summary>The name of a namespace, if it can be one.</summary>
    /// <exception cref="NameException">It can not.</exception>
    internal static string CheckNamespace(string space) => Check(space, MaxLabel, Label(), "namespace", "small letters, digits and '-', such as default");

    /// <summary>Whether a text can be the name of a Service or a namespace.</summary>
    internal static bool IsLabel(string text) => text.Length <= MaxLabel && Label().IsMatch(text);

    /// <summary>The name of the Secret of a certificate, and of what belongs to it.</summary>
    /// <exception cref="NameException">None can be made of the certificate's name.</exception>
    internal static string NameFor(MtlsCertificate certificate)
    {
        var plain = NotAllowed().Replace(certificate.Name.Replace("*.", "wildcard.", StringComparison.Ordinal).ToLowerInvariant(), "-");
        var name = string.Join('.', plain.Split('.').Select(label => label.Trim('-')).Where(label => label.Length > 0));
        return name.Length is > 0 and <= MaxSubdomain
            ? name
            : throw new NameException(ErrorCode.NameInvalid, $"No name for a Kubernetes Secret can be made of '{certificate.Name}'. Give one with -SecretName.");
    }

    private static string Check(string text, int limit, Regex form, string what, string rule) => text.Length <= limit && form.IsMatch(text)
        ? text
        : throw new NameException(ErrorCode.NameInvalid, $"'{text}' can not be the {what} in Kubernetes (RFC 1123, at most {limit} characters). Use {rule}.");

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex("[^a-z0-9.-]")]
    private static partial Regex NotAllowed();
}
