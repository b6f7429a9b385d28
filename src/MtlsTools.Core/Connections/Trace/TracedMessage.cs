using MtlsTools.Certificates;

namespace MtlsTools.Connections.Trace;

/// <summary>Which side sent something.</summary>
public enum TraceSide
{
    /// <summary>This side.</summary>
    Client,

    /// <summary>The other side.</summary>
    Server,
}

/// <summary>One message of a TLS connection, as it was on the wire.</summary>
public sealed record TracedMessage
{
    internal TracedMessage()
    {
    }

    /// <summary>host:port.</summary>
    public string Target { get; init; } = "";

    /// <summary>Its place in the connection, from 1.</summary>
    public int Number { get; init; }

    /// <summary>When it was complete, counted from the first octet of the connection.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Who sent it.</summary>
    public required TraceSide From { get; init; }

    /// <summary>The name of the RFC (ClientHello, Certificate, Alert …); Encrypted for a record that could not be opened, Closed for the end of the connection.</summary>
    public required string Name { get; init; }

    /// <summary>Its size in octets: the message's, or the record's where nothing more is seen.</summary>
    public int Size { get; init; }

    /// <summary>Whether it went over the wire encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The version: of a ClientHello the highest offered, of a ServerHello the one chosen.</summary>
    public string? Version { get; init; }

    /// <summary>The versions that a ClientHello offers.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    /// <summary>The cipher suites that a ClientHello offers; of a ServerHello the one chosen.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    /// <summary>The extensions, in order.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The signature algorithms that are accepted from the other side; of a proof the one used.</summary>
    public IReadOnlyList<string> SignatureAlgorithms { get; init; } = [];

    /// <summary>The groups for the key exchange that are supported.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The groups for which a key share is sent.</summary>
    public IReadOnlyList<string> KeyShares { get; init; } = [];

    /// <summary>The host name that the client asks for (SNI).</summary>
    public string? ServerName { get; init; }

    /// <summary>The application protocols (ALPN): offered, or the one chosen.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>The CA names that are accepted from the other side, RFC 4514.</summary>
    public IReadOnlyList<string> AcceptableIssuers { get; init; } = [];

    /// <summary>The certificates, the sender's own first.</summary>
    public IReadOnlyList<MtlsCertificate> Certificates { get; init; } = [];

    /// <summary>The OCSP response that a server sent along (RFC 6066, 8; RFC 8446, 4.4.2.1), DER; empty when there is none.</summary>
    public ReadOnlyMemory<byte> StapledResponse { get; init; }

    /// <summary>The alert.</summary>
    public TlsAlertInfo? Alert { get; init; }

    /// <summary>What matters most of it, in words.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Who, what, how large, and what matters of it.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{From}: {Name} ({Size} octets){(Summary.Length > 0 ? ": " + Summary : "")}");
}
