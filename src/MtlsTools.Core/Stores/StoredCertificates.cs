using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Stores;

/// <summary>Certificates as the programs that keep stores print them.</summary>
internal static class StoredCertificates
{
    /// <summary>The certificates of a text. One that can not be read is passed over: it can not be the one that is looked for, and must not hide the others.</summary>
    internal static List<MtlsCertificate> Read(string text)
    {
        var found = new List<MtlsCertificate>();
        foreach (var block in PemBlock.ReadAll(System.Text.Encoding.UTF8.GetBytes(text)))
        {
            try
            {
                found.Add(MtlsCertificate.Decode(block.Data.ToArray()));
            }
            catch (InputException)
            {
                // Said above.
            }
        }

        return found;
    }

    /// <summary>A name that none of <paramref name="taken"/> has, in one line and in characters that every program knows.</summary>
    internal static string UniqueName(string wanted, Func<string, bool> taken)
    {
        var name = new string(wanted.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c).ToArray()).Trim();
        var unique = name.Length == 0 ? "certificate" : name;
        for (var number = 2; taken(unique); number++)
            unique = $"{name} {number}";
        return unique;
    }
}
