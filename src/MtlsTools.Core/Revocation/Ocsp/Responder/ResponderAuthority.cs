using MtlsTools.Certificates;
using MtlsTools.Revocation.Ocsp;

namespace MtlsTools.Revocation;

/// <summary>A CA that a responder answers for, and the URLs for its certificates.</summary>
public sealed class ResponderAuthority
{
    private readonly ServedAuthority served;

    internal ResponderAuthority(ServedAuthority served, Uri root, string file)
    {
        this.served = served;
        OcspUrl = new Uri(root, "ocsp");
        CrlUrl = new Uri(root, file + ".crl");
        IssuerUrl = new Uri(root, file + ".crt");
    }

    /// <summary>The CA's name.</summary>
    public string Name => served.Authority.Name;

    /// <summary>The CA's folder.</summary>
    public string Path => served.Authority.Path;

    /// <summary>Where it answers OCSP requests.</summary>
    public Uri OcspUrl { get; }

    /// <summary>Where its revocation list is downloaded, DER; with .pem behind it, PEM.</summary>
    public Uri CrlUrl { get; }

    /// <summary>Where its certificate is downloaded, DER; with .pem behind it, PEM.</summary>
    public Uri IssuerUrl { get; }

    /// <summary>Who signs the answers: a certificate that the CA issued for it, or the CA's own.</summary>
    public MtlsCertificate Signer => served.Signer;

    /// <summary>How many certificates its index lists.</summary>
    public int Entries => served.Table.Count;

    /// <summary>Name and URL.</summary>
    public override string ToString() => $"{Name} ({OcspUrl})";

    /// <summary>The files' names: <c>ca</c> where there is one CA, else each CA's name as far as URLs go without escapes.</summary>
    internal static IReadOnlyList<ResponderAuthority> Create(IReadOnlyList<ServedAuthority> all, Uri root)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var named = new List<ResponderAuthority>();
        foreach (var one in all)
        {
            var plain = all.Count == 1 ? "ca" : string.Concat(one.Authority.Name.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-'));
            var name = plain;
            for (var number = 2; !taken.Add(name); number++)
                name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{plain}-{number}");
            named.Add(new ResponderAuthority(one, root, name));
        }

        return named;
    }
}
