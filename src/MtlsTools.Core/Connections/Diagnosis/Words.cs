using MtlsTools.Certificates;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>How findings name things: the certificate, and the file that it lies in.</summary>
internal static class Words
{
    /// <summary>'alice' (/etc/pki/alice.crt).</summary>
    internal static string Name(MtlsCertificate certificate) => certificate.Path is { } path ? $"'{certificate.Name}' ({path})" : $"'{certificate.Name}'";

    /// <summary>At most five names, the rest as a number.</summary>
    internal static string List(IReadOnlyList<string> names) =>
        string.Join(" or ", names.Take(5).Select(name => $"'{name}'")) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");
}
