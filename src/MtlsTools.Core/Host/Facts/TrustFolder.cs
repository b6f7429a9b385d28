using MtlsTools.Certificates;
using MtlsTools.Stores.Linux;

namespace MtlsTools.Host;

/// <summary>The CAs that an administrator has added, and what the programs of the system see of them.</summary>
/// <param name="Root">The system.</param>
/// <param name="Layout">Where its distribution keeps them.</param>
/// <param name="Anchors">The files in the folder.</param>
/// <param name="Bundle">The names of the certificates in the bundle, by their SHA-256; null when it can not be read.</param>
/// <param name="Supplied">SHA-256 of what the distribution brings; empty when that is not known.</param>
internal sealed record TrustFolder(TrustRoot Root, TrustLayout Layout, IReadOnlyList<AnchorFile> Anchors, IReadOnlyDictionary<string, string>? Bundle, IReadOnlySet<string> Supplied)
{
    internal string AnchorFolder => Root.At(Layout.Anchors);

    internal string BundlePath => Root.At(Layout.Bundle);

    /// <summary>How the bundle differs from what it is made of.</summary>
    internal TrustDifference Difference()
    {
        if (Bundle is null)
            return new TrustDifference([], []);
        var wanted = Anchors.Where(file => !file.IsIgnored).SelectMany(file => file.Certificates).DistinctBy(one => one.Sha256).ToDictionary(one => one.Sha256, one => one.Name);
        return new TrustDifference(
            wanted.Where(one => !Bundle.ContainsKey(one.Key)).Select(one => one.Value).ToList(),
            Supplied.Count == 0 ? [] : Bundle.Where(one => !Supplied.Contains(one.Key) && !wanted.ContainsKey(one.Key)).Select(one => one.Value).ToList());
    }
}

/// <summary>How a bundle differs from the files it is made of.</summary>
/// <param name="Missing">The names of the CAs that were added since.</param>
/// <param name="Left">The names of those that were taken away since.</param>
internal sealed record TrustDifference(IReadOnlyList<string> Missing, IReadOnlyList<string> Left)
{
    internal bool IsNone => Missing.Count + Left.Count == 0;

    public bool Equals(TrustDifference? other) => other is not null && Missing.SequenceEqual(other.Missing) && Left.SequenceEqual(other.Left);

    public override int GetHashCode() => HashCode.Combine(Missing.Count, Left.Count);
}

/// <summary>A file among the trusted CAs.</summary>
/// <param name="State">The file as it was.</param>
/// <param name="Certificates">What it holds.</param>
internal sealed record AnchorFile(FileState State, IReadOnlyList<MtlsCertificate> Certificates)
{
    internal string Path => State.Path;

    /// <summary>Whether a private key lies in it.</summary>
    internal bool HasKey { get; init; }

    /// <summary>Whether the system's tool passes it over because of its name.</summary>
    internal bool IsIgnored { get; init; }

    /// <summary>Why no certificate can be read from it, or null.</summary>
    internal string? Damage { get; init; }
}
