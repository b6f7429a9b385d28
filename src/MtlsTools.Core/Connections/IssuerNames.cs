using MtlsTools.Certificates;
using MtlsTools.Names;

namespace MtlsTools.Connections;

/// <summary>The CA names that a server announces, compared with a client's chain.</summary>
internal static class IssuerNames
{
    /// <summary>The platform's text of a name in this tool's form, so that both can be compared and shown alike.</summary>
    internal static string Normalize(string name)
    {
        try
        {
            return DistinguishedName.Parse(name).ToString();
        }
        catch (NameException)
        {
            return name; // An attribute this tool does not know; shown as the platform gave it.
        }
    }

    /// <summary>A name from the wire in this tool's form.</summary>
    internal static string Decode(byte[] der)
    {
        try
        {
            return DistinguishedName.Decode(der).ToString();
        }
        catch (MtlsException)
        {
            return Convert.ToHexString(der); // No name; shown as it came.
        }
    }

    /// <summary>Whether the list names an issuer of the certificate or of one of its intermediates.</summary>
    internal static bool Covers(IReadOnlyList<string> acceptable, MtlsCertificate certificate) =>
        certificate.Intermediates.Prepend(certificate).Any(link => acceptable.Contains(link.Issuer.ToString(), StringComparer.OrdinalIgnoreCase));
}
