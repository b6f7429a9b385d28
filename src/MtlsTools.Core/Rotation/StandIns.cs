using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Renewal;

namespace MtlsTools.Rotation;

/// <summary>What will exist on the days of a plan: the certificates that are there, and for those that are still to be issued stand-ins in memory, with the names and the lifetimes that are planned.</summary>
internal sealed class StandIns
{
    private StandIns(IReadOnlyList<MtlsCertificate> oldTrust, IReadOnlyList<MtlsCertificate> newTrust, IReadOnlyList<MtlsCertificate> old, IReadOnlyList<MtlsCertificate> successors)
    {
        OldTrust = oldTrust;
        NewTrust = newTrust;
        Old = old;
        New = successors;
    }

    /// <summary>The CA that vouches for the old certificates.</summary>
    internal IReadOnlyList<MtlsCertificate> OldTrust { get; }

    /// <summary>The CA that vouches for the new ones; a stand-in beside it when it can not sign here.</summary>
    internal IReadOnlyList<MtlsCertificate> NewTrust { get; }

    internal IReadOnlyList<MtlsCertificate> Old { get; }

    internal IReadOnlyList<MtlsCertificate> New { get; }

    internal static StandIns Of(RotationContext context, RotationSchedule schedule)
    {
        var state = context.State;
        var paper = state.Ca is null ? Root("the old CA", schedule.Start, schedule.Start + (schedule.Lifetime * 4)) : null;
        var oldCa = paper?.Certificate ?? context.OldCa.Certificate;
        var nextCa = !context.IsCa ? oldCa : context.NewCaExists ? context.NewCa.Certificate : null;

        // Stand-ins are signed by a CA of the same name and the same dates, because the CA's own key is not needed to look ahead.
        var signer = Root(nextCa?.Name ?? state.NewCaSubject ?? "the new CA", nextCa?.NotBefore ?? schedule.IssueNew, nextCa?.NotAfter ?? schedule.IssueNew + (oldCa.NotAfter - oldCa.NotBefore));
        var end = schedule.IssueNew + TimeSpan.FromDays(state.LifetimeDays);
        var old = paper is null ? state.Items.Select(item => item.OldCertificate).ToList() : [Leaf(paper, "the old certificate", schedule.Start, schedule.OldEnds)];
        var successors = paper is null
            ? state.Items.Select(item => context.FindNew(item) ?? signer.Issue(item.Subject, RenewedProfile.Of(item.OldCertificate).BasedOn, schedule.IssueNew, end, san: item.OldCertificate.San)).ToList()
            : [Leaf(context.IsCa ? signer : paper, "the new certificate", schedule.IssueNew, end)];
        return new StandIns([oldCa], nextCa is null ? [signer.Certificate] : [nextCa, signer.Certificate], old, successors);
    }

    private static MintingAuthority Root(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var subject = name.Contains('=', StringComparison.Ordinal) ? Names.DistinguishedName.Parse(name) : Names.DistinguishedName.FromCommonName(name);
        var plan = new CertificatePlan(subject, [], key.PublicKey, IssuanceProfile.Of(CertificateProfile.Root), null, notBefore, notAfter, SerialNumbers.Create());
        return MintingAuthority.Of(MtlsCertificate.Decode(CertificateSigner.SelfSign(plan, key)), key);
    }

    private static MtlsCertificate Leaf(MintingAuthority signer, string name, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        signer.Issue(Names.DistinguishedName.FromCommonName(name), CertificateProfile.Client, notBefore, notAfter);
}
