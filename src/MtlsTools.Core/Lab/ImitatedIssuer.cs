using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Names;

namespace MtlsTools.Lab;

/// <summary>What a look-alike of a CA has to look like: the names from the root down, and the identifier of the root's key where it is known.</summary>
/// <param name="Names">The names, the root's first.</param>
/// <param name="RootKeyId">The identifier of the root's key, or null.</param>
internal sealed record ImitatedIssuer(IReadOnlyList<DistinguishedName> Names, ReadOnlyMemory<byte>? RootKeyId)
{
    /// <summary>The CAs above a certificate, as far as it is known who they are.</summary>
    internal static ImitatedIssuer Above(MtlsCertificate certificate)
    {
        var below = certificate.Intermediates.Prepend(certificate).Reverse().ToList();
        return new ImitatedIssuer(below.Select(one => one.Issuer).ToList(), KeyIdOf(below[0].AuthorityKeyIdentifier?.KeyIdentifier));
    }

    /// <summary>A CA and the CAs above it.</summary>
    internal static ImitatedIssuer Of(MtlsCertificate authority)
    {
        if (!authority.IsSelfSigned)
            return Above(authority) is var above ? above with { Names = [.. above.Names, authority.Subject] } : above;
        return new ImitatedIssuer([authority.Subject], KeyIdOf(authority.SubjectKeyIdentifier));
    }

    /// <summary>A CA of which nothing is known but its name.</summary>
    internal static ImitatedIssuer Named(DistinguishedName name) => new([name], null);

    /// <summary>The look-alike.</summary>
    internal MintingAuthority Create(DateTimeOffset now) =>
        Names.Skip(1).Aggregate(MintingAuthority.CreateRoot(Names[0], now, RootKeyId), (above, name) => above.CreateIntermediate(name, now));

    private static ReadOnlyMemory<byte>? KeyIdOf(string? hex) => hex is null ? null : Convert.FromHexString(hex);
}
