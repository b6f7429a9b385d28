using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>Which certificate takes another's place.</summary>
internal static class Succession
{
    /// <summary>Whether <paramref name="older"/> is what <paramref name="newer"/> renews: the same names, an earlier end.</summary>
    internal static bool Replaces(MtlsCertificate newer, MtlsCertificate older) =>
        older.Thumbprint != newer.Thumbprint
        && older.NotAfter < newer.NotAfter
        && older.Subject.Equals(newer.Subject)
        && older.San.ToHashSet().SetEquals(newer.San);
}
