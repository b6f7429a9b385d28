namespace MtlsTools.Host;

/// <summary>The values of HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL that concern clients' certificates; null is a value that is not there, and the default in force.</summary>
internal sealed record SchannelSettings
{
    internal const string SubKey = @"SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL";
    internal const string Key = $@"HKLM\{SubKey}";

    internal int? SendTrustedIssuerList { get; init; }

    internal int? ClientAuthTrustMode { get; init; }

    /// <summary>Whether TLS 1.3 is there for servers: from Windows Server 2022 and Windows 11 on, unless it is switched off.</summary>
    internal bool ServesTls13 { get; init; }

    /// <summary>The list is off by default from Windows Server 2012 on.</summary>
    internal bool SendsIssuers => SendTrustedIssuerList is not null and not 0;
}
