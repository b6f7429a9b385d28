namespace MtlsTools.Host;

/// <summary>A TLS binding of HTTP.SYS, as the registry has it: <c>netsh http show sslcert</c> shows the same in the words of the system's language.</summary>
internal sealed record HttpBinding
{
    internal const string AddressKey = @"SYSTEM\CurrentControlSet\Services\HTTP\Parameters\SslBindingInfo";
    internal const string NameKey = @"SYSTEM\CurrentControlSet\Services\HTTP\Parameters\SslSniBindingInfo";

    // HTTP_SERVICE_CONFIG_SSL_FLAG_*: http.h.
    private const uint DsMapper = 0x1, Negotiate = 0x2, Tls13Off = 0x40, RawFilterOff = 0x4;

    // HTTP_SERVICE_CONFIG_SSL_PARAM, DefaultCertCheckMode.
    private const uint NoRevocation = 0x1, CachedRevocationOnly = 0x2, FreshnessTime = 0x4, NoUsageCheck = 0x10000;

    /// <summary>What netsh can set beside the above, by its own names; it switches on what is named.</summary>
    private static readonly (uint Flag, string Parameter)[] Switches =
    [
        (0x8, "reject"), (0x10, "disablehttp2"), (0x20, "disablequic"), (Tls13Off, "disabletls13"), (0x80, "disableocspstapling"), (0x100, "enabletokenbinding"),
        (0x200, "logextendedevents"), (0x400, "disablelegacytls"), (0x800, "enablesessionticket"), (0x1000, "disabletls12"), (0x4000, "disablesessionid"),
    ];

    /// <summary>Address or host name, and port.</summary>
    internal required string Endpoint { get; init; }

    /// <summary>Whether it is bound to a host name (SNI).</summary>
    internal required bool IsByName { get; init; }

    internal string Thumbprint { get; init; } = "";

    internal Guid AppId { get; init; }

    internal string StoreName { get; init; } = "MY";

    internal uint Flags { get; init; }

    internal uint CheckMode { get; init; }

    internal uint Freshness { get; init; }

    internal uint UrlTimeout { get; init; }

    internal string? CtlIdentifier { get; init; }

    internal string? CtlStoreName { get; init; }

    /// <summary>Settings that are not known here; a binding with some is not changed, because they would be lost.</summary>
    internal IReadOnlyList<string> Unknown { get; init; } = [];

    internal bool NegotiatesClientCertificate => (Flags & Negotiate) != 0;

    internal bool ForbidsTls13 => (Flags & Tls13Off) != 0;

    /// <summary>Whether its own settings show that clients are to present certificates: they are mapped to accounts, or a list of issuers is named.</summary>
    internal bool MeansClientCertificates => (Flags & DsMapper) != 0 || CtlIdentifier is not null || CtlStoreName is not null;

    internal int Port => int.TryParse(Endpoint.AsSpan(Endpoint.LastIndexOf(':') + 1), out var port) ? port : 0;

    internal string Address => Endpoint[..Math.Max(0, Endpoint.LastIndexOf(':'))];

    internal string Selector => $"{(IsByName ? "hostnameport" : "ipport")}={Endpoint}";

    /// <summary>Reads the values of its registry key.</summary>
    internal static HttpBinding Read(string endpoint, bool isByName, IReadOnlyDictionary<string, object> values)
    {
        uint Number(string name) => values.TryGetValue(name, out var value) && value is int number ? unchecked((uint)number) : 0;
        string? Text(string name) => values.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;
        byte[] Bytes(string name) => values.TryGetValue(name, out var value) && value is byte[] bytes ? bytes : [];

        var (flags, mode) = (Number("DefaultFlags"), Number("DefaultSslCertCheckMode"));
        var strange = flags & ~Switches.Aggregate(DsMapper | Negotiate, (known, one) => known | one.Flag);
        return new HttpBinding
        {
            Endpoint = endpoint,
            IsByName = isByName,
            Thumbprint = Convert.ToHexString(Bytes("SslCertHash")),
            AppId = Bytes("AppId") is { Length: 16 } id ? new Guid(id) : default,
            StoreName = Text("SslCertStoreName") ?? "MY",
            Flags = flags,
            CheckMode = mode,
            Freshness = Number("DefaultSslRevocationFreshnessTime"),
            UrlTimeout = Number("DefaultSslRevocationUrlRetrievalTimeout"),
            CtlIdentifier = Text("DefaultSslCtlIdentifier"),
            CtlStoreName = Text("DefaultSslCtlStoreName"),
            Unknown =
            [
                .. values.Keys.Where(name => name is not ("SslCertHash" or "AppId" or "SslCertStoreName" or "DefaultFlags" or "DefaultSslCertCheckMode" or "DefaultSslRevocationFreshnessTime" or "DefaultSslRevocationUrlRetrievalTimeout" or "DefaultSslCtlIdentifier" or "DefaultSslCtlStoreName")),
                .. strange == 0 ? Array.Empty<string>() : [(strange & RawFilterOff) != 0 && strange == RawFilterOff ? "DefaultFlags 0x4 (no raw filter), which netsh can not set" : $"DefaultFlags 0x{strange:X}"],
                .. (mode & ~(NoRevocation | CachedRevocationOnly | FreshnessTime | NoUsageCheck)) is var odd and not 0 ? new[] { $"DefaultSslCertCheckMode 0x{odd:X}" } : [],
            ],
        };
    }

    /// <summary>The arguments of netsh that switch the negotiation on and say everything else as it is: what is not said falls back to netsh's defaults.</summary>
    internal string[] UpdateArguments()
    {
        static string Switch(bool on) => on ? "enable" : "disable";
        return
        [
            "http", "update", "sslcert", Selector,
            $"certhash={Thumbprint.ToLowerInvariant()}",
            $"appid={AppId:B}",
            $"certstorename={StoreName}",
            $"verifyclientcertrevocation={Switch((CheckMode & NoRevocation) == 0)}",
            $"verifyrevocationwithcachedclientcertonly={Switch((CheckMode & CachedRevocationOnly) != 0)}",
            $"usagecheck={Switch((CheckMode & NoUsageCheck) == 0)}",

            // netsh refuses an explicit 0, which is the default.
            .. Freshness == 0 ? Array.Empty<string>() : [$"revocationfreshnesstime={Freshness}"],
            .. UrlTimeout == 0 ? Array.Empty<string>() : [$"urlretrievaltimeout={UrlTimeout}"],
            .. CtlIdentifier is null ? Array.Empty<string>() : [$"sslctlidentifier={CtlIdentifier}"],
            .. CtlStoreName is null ? Array.Empty<string>() : [$"sslctlstorename={CtlStoreName}"],
            $"dsmapperusage={Switch((Flags & DsMapper) != 0)}",
            "clientcertnegotiation=enable",
            .. Switches.Where(one => (Flags & one.Flag) != 0).Select(one => $"{one.Parameter}=enable"),
        ];
    }

    /// <summary>Whether a site of IIS is served through it.</summary>
    internal bool Serves(IisSite site) => site.Bindings.Any(binding =>
        binding.Port == Port && (IsByName ? binding.Host.Equals(Address, StringComparison.OrdinalIgnoreCase) : binding.Host.Length == 0 || !binding.IsByName)
        && (IsByName || Address is "0.0.0.0" or "[::]" || binding.Address is "*" or "" || binding.Address == Address));
}
