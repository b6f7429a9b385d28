using System.Globalization;
using System.Text;
using MtlsTools.Names;

namespace MtlsTools.Authority;

/// <summary>Subjects as an index writes them: OpenSSL's X509_NAME_oneline, <c>/C=FR/O=Acme/CN=api</c>.</summary>
internal static class OneLineName
{
    private const string CommonName = "CN=";

    /// <summary>Bytes outside printable ASCII become \xHH, so that a line stays a line; '/' and '+' in a value are escaped.</summary>
    internal static string Format(DistinguishedName subject)
    {
        var text = new StringBuilder();
        foreach (var (attribute, isFirst) in subject.Parts.SelectMany(part => part.Select((attribute, index) => (attribute, index == 0))))
        {
            text.Append(isFirst ? '/' : '+').Append(attribute.Name).Append('=');
            foreach (var octet in System.Text.Encoding.UTF8.GetBytes(attribute.Value))
            {
                if (octet is (byte)'/' or (byte)'+')
                    text.Append('\\');
                if (octet is < 0x20 or > 0x7E)
                    text.Append("\\x").Append(octet.ToString("X2", CultureInfo.InvariantCulture));
                else
                    text.Append((char)octet);
            }
        }

        return text.ToString();
    }

    /// <summary>The last common name, readable again; null when there is none.</summary>
    internal static string? FindCommonName(string subject)
    {
        for (var at = subject.LastIndexOf(CommonName, StringComparison.Ordinal); at > 0; at = subject.LastIndexOf(CommonName, at - 1, StringComparison.Ordinal))
        {
            if (subject[at - 1] is '/' or '+' && (at == 1 || subject[at - 2] != '\\'))
                return ReadValue(subject.AsSpan(at + CommonName.Length));
        }

        return null;
    }

    /// <summary>Up to the next attribute; what is not escaped as it should be stays as it stands.</summary>
    private static string ReadValue(ReadOnlySpan<char> text)
    {
        var octets = new List<byte>(text.Length);
        for (var at = 0; at < text.Length && text[at] is not ('/' or '+'); at++)
        {
            if (text[at] == '\\' && at + 4 <= text.Length && text[at + 1] == 'x' && byte.TryParse(text.Slice(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                at += 3;
                continue;
            }

            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is ('/' or '+'))
                at++;
            octets.AddRange(System.Text.Encoding.UTF8.GetBytes(text.Slice(at, 1).ToArray()));
        }

        return System.Text.Encoding.UTF8.GetString([.. octets]);
    }
}
