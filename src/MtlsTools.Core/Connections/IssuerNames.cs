using MtlsTools.Names;

namespace MtlsTools.Connections;

/// <summary>The CA names that a server announces.</summary>
internal static class IssuerNames
{
    /// <summary>The platform's text of a name in this tool's form, so that both can be compared and shown alike.</summary>
    internal static string Normalize(string name) => Read(name)?.ToString() ?? name;

    /// <summary>A name out of its text; null where it has an attribute that this tool does not know.</summary>
    internal static DistinguishedName? Read(string name)
    {
        try
        {
            return DistinguishedName.Parse(name);
        }
        catch (NameException)
        {
            return null;
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
}
