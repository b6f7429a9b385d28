using MtlsTools.Configuration;
using MtlsTools.Revocation;
using MtlsTools.Tests.Peers.Servers;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>psql as it is configured, against PostgreSQL that knows its clients by their certificates.</summary>
public sealed class PsqlTargetTests : IDisposable
{
    private readonly ServerFiles files = new();
    private readonly TemporaryFolder folder = new();
    private readonly PostgreSqlPeer server = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
        files.Dispose();
    }

    [SkippableFact]
    public void Psql()
    {
        var psql = Peer.Require("psql").With("PGCONNECT_TIMEOUT", "20").With("PGSERVICEFILE", folder.At("pg_service.conf"));
        server.Start(files);
        var options = new ConfigOptions
        {
            Target = ConfigTarget.Psql,
            Certificate = files.Pki.Client,
            TrustedCas = [files.Pki.ServerRoot.Certificate],
            Crls = Lists("root.crl", "inter.crl"),
            HostNames = ["localhost"],
            Port = server.Port(ServerFault.None),
            Directory = folder.Path,
            InstallPath = folder.Path,
        };
        MtlsConfig.Create(options).Save();
        var uri = File.ReadAllText(folder.At("connection-uri.txt")).Trim();

        // Who somebody is was settled by the certificate; only then it turns out that the database has no such user.
        Assert.All(["service=mtls", uri], connection => Assert.Contains("role \"client\" does not exist", psql.Try(connection, "-c", "select 1").Error, StringComparison.Ordinal));

        Replace(options with { Crls = Lists("root 2.crl", "inter 2.crl", isRevoked: true) });
        Assert.Contains("certificate verify failed", psql.Try("service=mtls", "-c", "select 1").Error, StringComparison.Ordinal);
        Replace(options with { Certificate = files.Pki.ClientOf("other CA") });
        Assert.Contains("unknown ca", psql.Try(uri, "-c", "select 1").Error, StringComparison.Ordinal);
        Replace(options with { TrustedCas = [files.Pki.OtherRoot.Certificate], Crls = [] });
        Assert.Contains("certificate verify failed", psql.Try("service=mtls", "-c", "select 1").Error, StringComparison.Ordinal);
    }

    private List<CertificateRevocationList> Lists(string root, string inter, bool isRevoked = false) =>
        [.. CertificateRevocationList.ReadFile(files.Pki.SaveCrl(root, files.Pki.ServerRoot)), .. CertificateRevocationList.ReadFile(files.Pki.SaveCrl(inter, files.Pki.ServerInter, isRevoked ? [files.Pki.Server] : []))];

    private void Replace(ConfigOptions options) => ClientServers.Replace(folder, options);
}
