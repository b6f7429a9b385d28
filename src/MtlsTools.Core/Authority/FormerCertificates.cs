using MtlsTools.Certificates;

namespace MtlsTools.Authority;

/// <summary>The certificates that a CA had before, as its folder keeps them.</summary>
internal static class FormerCertificates
{
    internal static IEnumerable<MtlsCertificate> Read(AuthorityLayout layout, TimeProvider clock) => Directory.Exists(layout.ArchiveFolder)
        ? Directory.EnumerateFiles(layout.ArchiveFolder, "*.crt").Order(StringComparer.Ordinal).Select(file => CertificateReader.ReadFile(file, clock: clock)[0])
        : [];
}
