using System.Net;
using MtlsTools.Authority;

namespace MtlsTools.Revocation;

/// <summary>How an OCSP responder is to be.</summary>
public sealed record ResponderOptions
{
    /// <summary>The CAs that it answers for.</summary>
    public required IReadOnlyList<CertificateAuthority> Authorities { get; init; }

    /// <summary>Whether the CAs' own keys sign the answers, instead of certificates that they issue for it.</summary>
    public bool SignWithCa { get; init; }

    /// <summary>How long an answer may be used; prepared answers are given out as long as the index does not change.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How long a client may take for a request, or for the next one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many connections are served at a time; the next ones wait.</summary>
    public int MaximumConnections { get; init; } = 1024;

    /// <summary>What answers are dated by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
