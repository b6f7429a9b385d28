using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Names;

/// <summary>The subjectAltName extension (RFC 5280, 4.2.1.6).</summary>
public static class AlternativeNames
{
    /// <summary>The extension's object identifier.</summary>
    public const string Oid = "2.5.29.17";

    /// <summary>Reads lists such as <c>DNS:a,IP:10.0.0.1</c> and single names, in any mix; duplicates are dropped. After a kind whose names may hold commas (URI, dirName, otherName, UPN) the next name of a list needs its prefix.</summary>
    /// <exception cref="NameException">A part is no name.</exception>
    public static IReadOnlyList<AlternativeName> Parse(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts
            .SelectMany(Split)
            .Select(AlternativeName.Parse)
            .Distinct()
            .ToList();
    }

    private static readonly string[] MayHoldCommas = ["URI:", "dirName:", OtherName.Prefix, "UPN:"];

    private static List<string> Split(string text)
    {
        var names = new List<string>();
        foreach (var piece in text.Split(','))
        {
            var belongs = names.Count > 0 && StartsWithAny(names[^1], MayHoldCommas) && !StartsWithAny(piece.TrimStart(), AlternativeName.Prefixes);
            if (belongs)
                names[^1] += "," + piece;
            else if (piece.Trim().Length > 0)
                names.Add(piece.TrimStart());
        }

        return names;
    }

    private static bool StartsWithAny(string text, IEnumerable<string> prefixes) => prefixes.Any(prefix => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Builds the extension; it is critical when the subject is empty.</summary>
    public static X509Extension ToExtension(IReadOnlyList<AlternativeName> names, bool critical)
    {
        ArgumentNullException.ThrowIfNull(names);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            foreach (var name in names)
                name.WriteTo(writer);
        return new X509Extension(Oid, writer.Encode(), critical);
    }

    /// <summary>Reads the extension's content.</summary>
    /// <exception cref="InputException">The content is damaged.</exception>
    public static IReadOnlyList<AlternativeName> Decode(ReadOnlyMemory<byte> content)
    {
        try
        {
            var whole = new AsnReader(content, AsnEncodingRules.DER);
            var sequence = whole.ReadSequence();
            whole.ThrowIfNotEmpty();
            var names = new List<AlternativeName>();
            while (sequence.HasData)
                names.Add(AlternativeName.ReadFrom(sequence));
            return names;
        }
        catch (Exception damaged) when (damaged is AsnContentException or NameException)
        {
            throw new InputException(ErrorCode.ContentDamaged, "The subjectAltName extension is damaged. Get a fresh copy of the certificate or request.", null, damaged);
        }
    }
}
