using System.Formats.Asn1;

namespace MtlsTools.Verification.Paths;

/// <summary>The extensions about certificate policies (RFC 5280, 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14).</summary>
internal static class PolicyExtensions
{
    internal const string PoliciesOid = "2.5.29.32";
    internal const string MappingsOid = "2.5.29.33";
    internal const string ConstraintsOid = "2.5.29.36";
    internal const string InhibitAnyOid = "2.5.29.54";
    internal const string AnyPolicyOid = "2.5.29.32.0";

    private static readonly HashSet<string> KnownQualifiers = ["1.3.6.1.5.5.7.2.1", "1.3.6.1.5.5.7.2.2"];

    /// <summary>The certificate policies; null when the extension is absent.</summary>
    /// <exception cref="AsnContentException">The content is damaged, or a policy stands twice.</exception>
    internal static HashSet<string>? ReadPolicies(PathContent certificate)
    {
        if (certificate.Find(PoliciesOid) is not { } content)
            return null;
        var policies = new HashSet<string>();
        foreach (var (policy, _) in ReadInformation(content))
        {
            if (!policies.Add(policy))
                throw new AsnContentException($"The policy {policy} stands twice.");
        }

        return policies.Count > 0 ? policies : throw new AsnContentException("There is no policy in certificatePolicies.");
    }

    /// <summary>RFC 5280, 4.2.1.4: where the extension is critical, its qualifiers have to be understood too.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static bool HasKnownQualifiersOnly(ReadOnlyMemory<byte> content) => ReadInformation(content).TrueForAll(policy => policy.Qualifiers.TrueForAll(KnownQualifiers.Contains));

    /// <summary>The policy mappings: issuer's policy, subject's policy.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static List<(string Issuer, string Subject)> ReadMappings(PathContent certificate)
    {
        var mappings = new List<(string, string)>();
        if (certificate.Find(MappingsOid) is not { } content)
            return mappings;
        var list = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        while (list.HasData)
        {
            var one = list.ReadSequence();
            mappings.Add((one.ReadObjectIdentifier(), one.ReadObjectIdentifier()));
        }

        return mappings;
    }

    /// <summary>policyConstraints and inhibitAnyPolicy, as numbers of certificates to skip; null where nothing is said.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static (int? RequireExplicit, int? InhibitMapping, int? InhibitAny) ReadConstraints(PathContent certificate)
    {
        int? explicitPolicy = null, mapping = null;
        if (certificate.Find(ConstraintsOid) is { } content)
        {
            var sequence = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
            explicitPolicy = ReadSkip(sequence, new Asn1Tag(TagClass.ContextSpecific, 0));
            mapping = ReadSkip(sequence, new Asn1Tag(TagClass.ContextSpecific, 1));
            sequence.ThrowIfNotEmpty();
        }

        int? any = certificate.Find(InhibitAnyOid) is { } inhibit ? ReadSkip(new AsnReader(inhibit, AsnEncodingRules.DER), Asn1Tag.Integer) : null;
        return (explicitPolicy, mapping, any);
    }

    private static int? ReadSkip(AsnReader reader, Asn1Tag tag)
    {
        if (!reader.HasData || !reader.PeekTag().HasSameClassAndValue(tag))
            return null;
        var skip = reader.ReadInteger(tag);
        return skip.Sign < 0 ? throw new AsnContentException("A number of certificates is not negative.") : (int)System.Numerics.BigInteger.Min(skip, 1000);
    }

    private static List<(string Policy, List<string> Qualifiers)> ReadInformation(ReadOnlyMemory<byte> content)
    {
        var policies = new List<(string, List<string>)>();
        var list = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        while (list.HasData)
        {
            var one = list.ReadSequence();
            var policy = one.ReadObjectIdentifier();
            var qualifiers = new List<string>();
            for (var listed = one.HasData ? one.ReadSequence() : null; listed is { HasData: true };)
                qualifiers.Add(listed.ReadSequence().ReadObjectIdentifier());
            policies.Add((policy, qualifiers));
        }

        return policies;
    }
}
