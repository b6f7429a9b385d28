namespace MtlsTools.Policy;

/// <summary>What rules judge. A rule may judge several.</summary>
[Flags]
public enum PolicySubjects
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A certificate.</summary>
    Certificate = 1,

    /// <summary>A certificate request.</summary>
    Request = 2,

    /// <summary>A file with a private key.</summary>
    KeyFile = 4,

    /// <summary>A file with several certificates.</summary>
    ChainFile = 8,

    /// <summary>A CA folder.</summary>
    Authority = 16,

    /// <summary>A certificate revocation list.</summary>
    Crl = 32,

    /// <summary>Several certificates, seen together.</summary>
    Set = 64,
}
