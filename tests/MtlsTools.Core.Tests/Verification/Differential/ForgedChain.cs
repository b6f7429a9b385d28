using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Verification.Differential;

/// <summary>A root, intermediates and a client or server below them, which a change makes wrong, or special. Names are its own, so that many chains may lie in one bundle.</summary>
internal sealed class ForgedChain
{
    private const string Any = "2.5.29.32.0";
    private const string Policy = "1.2.3.4.1";

    private readonly int number;

    internal ForgedChain(int number, int depth, CertificatePurpose purpose)
    {
        this.number = number;
        Purpose = purpose;
        Root = Ca("root", 0, null);
        for (var i = 1; i <= depth; i++)
            Intermediates.Add(Ca($"inter{i}", i, Intermediates.LastOrDefault() ?? Root));
        var top = Intermediates.LastOrDefault() ?? Root;
        Leaf = new Blueprint { Subject = $"CN=leaf,O=Chain {number}", Key = 10, Issuer = top.Subject, IssuerKey = top.Key };
        Leaf.Set(Forge.Ca(isCa: false));
        Leaf.Set(Forge.Usage(X509KeyUsageFlags.DigitalSignature));
        Leaf.Set(Forge.Purposes(purpose == CertificatePurpose.Server ? MtlsCertificate.ServerAuthOid : MtlsCertificate.ClientAuthOid));
        Leaf.Set(AlternativeNames.ToExtension(AlternativeNames.Parse(["DNS:host.example.com,IP:10.1.2.3,email:someone@example.com,URI:https://host.example.com/id"]), critical: false));
    }

    internal CertificatePurpose Purpose { get; }

    internal Blueprint Root { get; }

    internal List<Blueprint> Intermediates { get; } = [];

    internal Blueprint Leaf { get; private set; }

    /// <summary>Certificates that lie about: alternatives, loops.</summary>
    internal List<Blueprint> Others { get; } = [];

    internal List<string> Changes { get; } = [];

    /// <summary>Every change, and what we say of it; null where the chain stays valid.</summary>
    internal static IReadOnlyList<(string Name, FindingId? Expected, Action<ForgedChain> Apply)> AllChanges { get; } =
    [
        // valid
        ("none", null, _ => { }),
        ("path length exact", null, chain => chain.First.Set(Forge.Ca(chain.Intermediates.Count - 1))),
        ("self-issued CA below path length 0", null, chain => chain.RenewLast(pathLength: 0)),
        ("extension unknown, not critical", null, chain => chain.Leaf.Set(new X509Extension("1.2.3.4.5", [5, 0], critical: false))),
        ("any purpose", null, chain => chain.Leaf.Set(Forge.Purposes("2.5.29.37.0"))),
        ("no purpose", null, chain => chain.Leaf.Remove("2.5.29.37")),
        ("CA for the purpose", null, chain => chain.First.Set(Forge.Purposes(MtlsCertificate.ServerAuthOid, MtlsCertificate.ClientAuthOid))),
        ("an expired twin of a CA", null, chain => chain.AddTwin(expired: true)),
        ("a twin of a CA below a stranger", null, chain => chain.Others.Add(chain.First.Copy($"CN=stranger,O=Chain {chain.number}", 12))),
        ("loop of CAs", null, chain => chain.AddLoop()),
        ("a CA of the name with another key", null, chain => chain.AddNamesake()),
        ("name constraints met", null, chain => Constrain(chain.First, ["DNS:example.com", "IP:10.0.0.0/8", "email:example.com"], ["DNS:evil.example.com"])),
        ("name constraints of the root met", null, chain => Constrain(chain.Root, ["DNS:example.com"], [])),
        ("directory name constraint met", null, chain => Constrain(chain.First, [$"dirName:O=Chain {chain.number}"], [])),
        ("policy demanded and there", null, chain => { chain.Demand(); chain.SetPolicies(Policy); }),
        ("subject as the issuer's", null, chain => chain.Leaf.Subject = chain.Leaf.Issuer),
        ("version 1 leaf", null, chain => chain.Leaf.IsVersionOne = true),
        ("trusted root of SHA-1", null, chain => chain.Root.IsSha1 = true),

        // dates
        ("leaf expired", FindingId.CertificateExpired, chain => chain.Leaf.To = -1),
        ("leaf not yet valid", FindingId.CertificateNotYetValid, chain => chain.Leaf.From = 1),
        ("CA expired", FindingId.CertificateExpired, chain => chain.First.To = -1),
        ("CA not yet valid", FindingId.CertificateNotYetValid, chain => chain.First.From = 1),
        ("root expired", FindingId.CertificateExpired, chain => chain.Root.To = -1),

        // signatures
        ("leaf damaged", FindingId.SignatureInvalid, chain => chain.Leaf.IsDamaged = true),
        ("CA damaged", FindingId.SignatureInvalid, chain => chain.First.IsDamaged = true),
        ("leaf by an impostor", FindingId.IssuerKeyDiffers, chain => chain.Leaf.IssuerKey = 13),
        ("CA by an impostor", FindingId.IssuerKeyDiffers, chain => chain.First.IssuerKey = 13),
        ("leaf of SHA-1", FindingId.AlgorithmTooWeak, chain => chain.Leaf.IsSha1 = true),
        ("CA of SHA-1", FindingId.AlgorithmTooWeak, chain => chain.First.IsSha1 = true),
        ("CA missing", FindingId.IssuerNotFound, chain => chain.Intermediates.RemoveAt(0)),

        // who may sign
        ("CA that is none", FindingId.IssuerMayNotSign, chain => chain.First.Set(Forge.Ca(isCa: false))),
        ("CA without basicConstraints", FindingId.IssuerMayNotSign, chain => chain.First.Remove("2.5.29.19")),
        ("CA without keyCertSign", FindingId.IssuerMayNotSign, chain => chain.First.Set(Forge.Usage(X509KeyUsageFlags.CrlSign))),
        ("CA of version 1", FindingId.IssuerMayNotSign, chain => chain.First.IsVersionOne = true),
        ("path length exceeded", FindingId.IssuerMayNotSign, chain => chain.Root.Set(Forge.Ca(chain.Intermediates.Count - 1))),
        ("path length 0 above a CA", FindingId.IssuerMayNotSign, chain => { chain.First.Set(Forge.Ca(0)); chain.Lengthen(); }),

        // purposes
        ("leaf of the other purpose", FindingId.WrongPurpose, chain => chain.Leaf.Set(Forge.Purposes(chain.OtherPurpose))),
        ("leaf for code signing", FindingId.WrongPurpose, chain => chain.Leaf.Set(Forge.Purposes("1.3.6.1.5.5.7.3.3"))),
        ("CA for the other purpose", FindingId.WrongPurpose, chain => chain.First.Set(Forge.Purposes(chain.OtherPurpose))),
        ("leaf that is a CA", FindingId.WrongPurpose, chain => { chain.Leaf.Set(Forge.Ca()); chain.Leaf.Set(Forge.Usage(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign)); }),
        ("leaf that may not sign", FindingId.WrongPurpose, chain => chain.Leaf.Set(Forge.Usage(X509KeyUsageFlags.KeyAgreement))),

        // names
        ("DNS not permitted", FindingId.NameNotPermitted, chain => Constrain(chain.First, ["DNS:example.org"], [])),
        ("DNS not permitted by the root", FindingId.NameNotPermitted, chain => Constrain(chain.Root, ["DNS:example.org"], [])),
        ("DNS excluded", FindingId.NameNotPermitted, chain => Constrain(chain.First, [], ["DNS:host.example.com"])),
        ("IP not permitted", FindingId.NameNotPermitted, chain => Constrain(chain.First, ["IP:192.168.0.0/16"], [])),
        ("IP excluded", FindingId.NameNotPermitted, chain => Constrain(chain.First, [], ["IP:10.1.0.0/16"])),
        ("mail not permitted", FindingId.NameNotPermitted, chain => Constrain(chain.First, ["email:example.org"], [])),
        ("mail excluded", FindingId.NameNotPermitted, chain => Constrain(chain.First, [], ["email:someone@example.com"])),
        ("URI not permitted", FindingId.NameNotPermitted, chain => Constrain(chain.First, ["URI:.example.org"], [])),
        ("URI excluded", FindingId.NameNotPermitted, chain => Constrain(chain.First, [], ["URI:host.example.com"])),
        ("directory name not permitted", FindingId.NameNotPermitted, chain => Constrain(chain.First, ["dirName:O=Another"], [])),
        ("directory name excluded", FindingId.NameNotPermitted, chain => Constrain(chain.First, [], [$"dirName:O=Chain {chain.number}"])),

        // critical and damaged extensions (one that stands twice is refused when it is read)
        ("leaf with a critical unknown extension", FindingId.ChainInvalid, chain => chain.Leaf.Set(new X509Extension("1.2.3.4.5", [5, 0], critical: true))),
        ("CA with a critical unknown extension", FindingId.ChainInvalid, chain => chain.First.Set(new X509Extension("1.2.3.4.5", [5, 0], critical: true))),
        ("name constraints damaged", FindingId.ChainInvalid, chain => chain.First.Set(new X509Extension(NameConstraints.Oid, [0x30, 0x03, 0xA0, 0x05, 0x00], critical: true))),

        // policies
        ("policy demanded and missing", FindingId.PolicyNotSatisfied, chain => chain.Demand()),
        ("policy demanded and another there", FindingId.PolicyNotSatisfied, chain => { chain.Demand(); chain.SetPolicies(Policy); chain.Leaf.Set(Policies("1.2.3.4.2")); }),
        ("anyPolicy where it is inhibited", FindingId.PolicyNotSatisfied, chain => { chain.Demand(); chain.SetPolicies(Policy); chain.First.Set(InhibitAny()); chain.Leaf.Set(Policies(Any)); }),
    ];

    internal Blueprint First => Intermediates.Count > 0 ? Intermediates[0] : Root;

    private string OtherPurpose => Purpose == CertificatePurpose.Server ? MtlsCertificate.ClientAuthOid : MtlsCertificate.ServerAuthOid;

    internal void Change(int index)
    {
        Changes.Add(AllChanges[index].Name);
        AllChanges[index].Apply(this);
    }

    public override string ToString() => $"chain {number} ({Purpose}, {Intermediates.Count} intermediates; {string.Join(" + ", Changes)})";

    private Blueprint Ca(string name, int key, Blueprint? issuer)
    {
        var subject = $"CN={name},O=Chain {number}";
        var ca = new Blueprint { Subject = subject, Key = key, Issuer = issuer?.Subject ?? subject, IssuerKey = issuer?.Key ?? key };
        ca.Set(Forge.Ca());
        ca.Set(Forge.Usage(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign));
        return ca;
    }

    private static void Constrain(Blueprint ca, string[] permitted, string[] excluded) =>
        ca.Set(NameConstraints.Create(permitted.Select(NameConstraint.Parse), excluded.Select(NameConstraint.Parse)).ToExtension());

    private void Demand() => First.Set(RequirePolicy());

    private void SetPolicies(string policy)
    {
        foreach (var one in Intermediates.Append(Leaf))
            one.Set(Policies(policy));
    }

    /// <summary>The last CA certifies itself a new key, and that issues the leaf.</summary>
    private void RenewLast(int pathLength)
    {
        var last = Intermediates[^1];
        last.Set(Forge.Ca(pathLength));
        var renewed = last.Copy(last.Subject, last.Key);
        renewed.Key = 14;
        Intermediates.Add(renewed);
        Leaf.IssuerKey = renewed.Key;
    }

    private void Lengthen()
    {
        var below = Ca("one more", 11, Intermediates[^1]);
        Intermediates.Add(below);
        (Leaf.Issuer, Leaf.IssuerKey) = (below.Subject, below.Key);
    }

    private void AddTwin(bool expired)
    {
        var twin = First.Copy(First.Issuer, First.IssuerKey);
        twin.To = expired ? -1 : 300;
        Others.Add(twin);
    }

    private void AddLoop()
    {
        var other = Ca("loop", 9, First);
        Others.Add(other);
        Others.Add(First.Copy(other.Subject, other.Key));
    }

    private void AddNamesake()
    {
        var namesake = First.Copy(First.Issuer, First.IssuerKey);
        namesake.Key = 15;
        Others.Add(namesake);
    }

    private static X509Extension Policies(string policy) => Extension("2.5.29.32", writer =>
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(policy);
    });

    private static X509Extension RequirePolicy() => Extension("2.5.29.36", writer =>
    {
        using (writer.PushSequence())
            writer.WriteInteger(0, new Asn1Tag(TagClass.ContextSpecific, 0));
    });

    private static X509Extension InhibitAny() => Extension("2.5.29.54", writer => writer.WriteInteger(0));

    private static X509Extension Extension(string oid, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return new X509Extension(oid, writer.Encode(), critical: true);
    }
}
