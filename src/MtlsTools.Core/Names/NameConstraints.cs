using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Names;

/// <summary>The nameConstraints extension of a CA (RFC 5280, 4.2.1.10): which names may stand in the certificates below it.</summary>
public sealed class NameConstraints
{
    /// <summary>The extension's object identifier.</summary>
    public const string Oid = "2.5.29.30";

    private static readonly Asn1Tag PermittedTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExcludedTag = new(TagClass.ContextSpecific, 1);

    private NameConstraints(IReadOnlyList<NameConstraint> permitted, IReadOnlyList<NameConstraint> excluded)
    {
        Permitted = permitted;
        Excluded = excluded;
    }

    /// <summary>A name of a kind that is listed here must lie in one of its subtrees; kinds that are not listed are free.</summary>
    public IReadOnlyList<NameConstraint> Permitted { get; }

    /// <summary>No name may lie in one of these.</summary>
    public IReadOnlyList<NameConstraint> Excluded { get; }

    /// <summary>Makes constraints.</summary>
    /// <exception cref="NameException">There is none: an empty extension is forbidden.</exception>
    public static NameConstraints Create(IEnumerable<NameConstraint> permitted, IEnumerable<NameConstraint> excluded)
    {
        var constraints = new NameConstraints(permitted.ToList(), excluded.ToList());
        return constraints.Permitted.Count + constraints.Excluded.Count > 0
            ? constraints
            : throw new NameException(ErrorCode.NameInvalid, "Name constraints without a name say nothing. Give at least one permitted or excluded name.");
    }

    /// <summary>Reads the extension's content.</summary>
    /// <exception cref="InputException">The content is damaged.</exception>
    public static NameConstraints Decode(ReadOnlyMemory<byte> content)
    {
        try
        {
            var reader = new AsnReader(content, AsnEncodingRules.BER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var constraints = new NameConstraints(ReadSubtrees(sequence, PermittedTag), ReadSubtrees(sequence, ExcludedTag));
            sequence.ThrowIfNotEmpty();
            return constraints;
        }
        catch (Exception damaged) when (damaged is AsnContentException or NameException)
        {
            throw new InputException(ErrorCode.ContentDamaged, "The nameConstraints extension is damaged. Get a fresh copy of the certificate.", null, damaged);
        }
    }

    /// <summary>Builds the extension, critical as RFC 5280 demands.</summary>
    public X509Extension ToExtension()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteSubtrees(writer, PermittedTag, Permitted);
            WriteSubtrees(writer, ExcludedTag, Excluded);
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    /// <summary>The first name that the constraints forbid, with the reason in words; null when all are allowed.</summary>
    /// <param name="subject">The subject; its mail addresses count as names too.</param>
    /// <param name="san">The subject alternative names.</param>
    public string? FindViolation(DistinguishedName subject, IReadOnlyList<AlternativeName> san)
    {
        ArgumentNullException.ThrowIfNull(san);
        return FindViolation(subject, san.Count == 0 ? (ReadOnlyMemory<byte>?)null : AlternativeNames.ToExtension(san, critical: false).RawData);
    }

    /// <summary>The same for the subjectAltName extension as it is encoded, or null when there is none.</summary>
    /// <exception cref="InputException">The extension is damaged.</exception>
    internal string? FindViolation(DistinguishedName subject, ReadOnlyMemory<byte>? san)
    {
        try
        {
            return NamesOf(subject, san).Select(Judge).FirstOrDefault(verdict => verdict is not null);
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, "The subjectAltName extension is damaged. Get a fresh copy of the certificate or request.", null, damaged);
        }
    }

    /// <summary>Permitted and excluded names in one line.</summary>
    public override string ToString() => string.Join("; ", new[] { List("permitted", Permitted), List("excluded", Excluded) }.Where(part => part.Length > 0));

    private static string List(string title, IReadOnlyList<NameConstraint> constraints) => constraints.Count == 0 ? "" : $"{title} {string.Join(", ", constraints)}";

    private static List<(EncodedName Name, string Text)> NamesOf(DistinguishedName subject, ReadOnlyMemory<byte>? san)
    {
        var names = new List<(EncodedName, string)>();
        if (!subject.IsEmpty)
            names.Add((DirectoryNameOf(subject), subject.ToString()));
        var alternatives = san is { } content ? EncodedName.ReadAll(content) : [];
        names.AddRange(alternatives.Select(name => (name, Describe(name))));
        foreach (var attribute in subject.Parts.SelectMany(part => part))
        {
            if (attribute.Oid == "1.2.840.113549.1.9.1")
                names.Add(Named(EncodedName.Email, attribute.Value));

            // Programs exist that take a common name for a host when there is no other (as OpenSSL, which checks it the same way).
            if (attribute.Oid == "2.5.4.3" && !alternatives.Exists(name => name.Tag == EncodedName.Dns) && attribute.Value.Contains('.', StringComparison.Ordinal) && HostName.IsWellFormed(attribute.Value))
                names.Add(Named(EncodedName.Dns, attribute.Value));
        }

        return names;
    }

    private static (EncodedName Name, string Text) Named(int tag, string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, value, new Asn1Tag(TagClass.ContextSpecific, tag));
        return (new EncodedName(tag, writer.Encode()), value);
    }

    private static EncodedName DirectoryNameOf(DistinguishedName name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, EncodedName.Directory)))
            writer.WriteEncodedValue(name.Der.Span);
        return new EncodedName(EncodedName.Directory, writer.Encode());
    }

    private static string Describe(EncodedName name) => name.Tag switch
    {
        EncodedName.Dns or EncodedName.Email or EncodedName.Uri => name.Text,
        EncodedName.Ip when name.Octets is { Length: 4 or 16 } octets => new System.Net.IPAddress(octets).ToString(),
        EncodedName.Directory => name.DirectoryName.ToString(),
        _ => $"a name of the kind [{name.Tag}]",
    };

    private string? Judge((EncodedName Name, string Text) one)
    {
        var (name, text) = one;
        var permitted = Permitted.Where(constraint => constraint.Tag == name.Tag).ToList();
        var excluded = Excluded.Where(constraint => constraint.Tag == name.Tag).ToList();
        if (permitted.Count + excluded.Count > 0 && !NameSubtree.CanPlace(name))
            return $"'{text}' has no host name, and the constraints are about those";
        if (permitted.Concat(excluded).FirstOrDefault(constraint => !constraint.IsUnderstood) is { } strange)
            return $"'{text}' falls under the constraint {strange}, which is of a kind that can not be judged";
        if (excluded.Find(constraint => constraint.Touches(name)) is { } forbidding)
            return $"'{text}' is excluded by {forbidding}";
        return permitted.Count > 0 && !permitted.Exists(constraint => constraint.Contains(name))
            ? $"'{text}' is not among the permitted names ({string.Join(", ", permitted)})"
            : null;
    }

    private static List<NameConstraint> ReadSubtrees(AsnReader sequence, Asn1Tag tag)
    {
        var subtrees = new List<NameConstraint>();
        if (!sequence.HasData || !sequence.PeekTag().HasSameClassAndValue(tag))
            return subtrees;
        var list = sequence.ReadSequence(tag);
        while (list.HasData)
            subtrees.Add(NameConstraint.Read(list));
        return subtrees;
    }

    private static void WriteSubtrees(AsnWriter writer, Asn1Tag tag, IReadOnlyList<NameConstraint> subtrees)
    {
        if (subtrees.Count == 0)
            return;
        using (writer.PushSequence(tag))
            foreach (var subtree in subtrees)
                subtree.WriteTo(writer);
    }
}
