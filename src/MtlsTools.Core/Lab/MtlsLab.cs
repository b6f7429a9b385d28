using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Server;

namespace MtlsTools.Lab;

/// <summary>Everything that a test of mutual TLS needs, in one folder: CAs, certificates good and bad, and servers on free ports. Nothing goes into a store. Dispose, or Remove, stops the servers and deletes what was made.</summary>
public sealed class MtlsLab : IDisposable
{
    private MtlsLab(string path, LabScenario scenario, IReadOnlyList<LabEnvironment> environments)
    {
        Path = path;
        Scenario = scenario;
        Environments = environments;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What was asked for.</summary>
    public LabScenario Scenario { get; }

    /// <summary>The set-ups: one, or with All every one.</summary>
    public IReadOnlyList<LabEnvironment> Environments { get; }

    /// <summary>The set-up of the hello-world; null unless it was asked for.</summary>
    public LabEnvironment? HelloWorld => Find(LabScenario.HelloWorld);

    /// <summary>The set-up of two organisations; null unless it was asked for.</summary>
    public LabEnvironment? Workshop => Find(LabScenario.Workshop);

    /// <summary>The set-up with one root and an issuing CA; null unless it was asked for.</summary>
    public LabEnvironment? Production => Find(LabScenario.Production);

    /// <summary>The CA that issued the server's certificate, in the first set-up; so are all that follow.</summary>
    public CertificateAuthority ServerCa => Environments[0].ServerCa;

    /// <summary>The CA that issues for clients.</summary>
    public CertificateAuthority ClientCa => Environments[0].ClientCa;

    /// <summary>The root that clients have to trust.</summary>
    public MtlsCertificate TrustedCa => Environments[0].TrustedCa;

    /// <summary>The root that the server trusts for its clients.</summary>
    public MtlsCertificate TrustedClientCa => Environments[0].TrustedClientCa;

    /// <summary>The server's certificate, for localhost.</summary>
    public MtlsCertificate ServerCertificate => Environments[0].ServerCertificate;

    /// <summary>A good client's certificate.</summary>
    public MtlsCertificate ClientCertificate => Environments[0].ClientCertificate;

    /// <summary>Certificates that every server has to refuse; null unless they were asked for.</summary>
    public BadCertificates? Bad => Environments[0].Bad;

    /// <summary>The file with the revocation lists; null unless bad certificates were asked for.</summary>
    public string? CrlPath => Environments[0].CrlPath;

    /// <summary>The server that wants client certificates; null unless servers were asked for.</summary>
    public MtlsServer? Server => Environments[0].Server;

    /// <summary>The server that asks no client for a certificate, or null.</summary>
    public MtlsServer? TlsServer => Environments[0].TlsServer;

    /// <summary>Where the server is called; null unless servers were asked for.</summary>
    public Uri? Uri => Server?.Uri;

    /// <summary>Every CA of all set-ups.</summary>
    public IReadOnlyList<CertificateAuthority> Authorities => Environments.SelectMany(one => one.Authorities).ToList();

    /// <summary>Every certificate of all set-ups.</summary>
    public IReadOnlyList<MtlsCertificate> Certificates => Environments.SelectMany(one => one.Certificates).ToList();

    /// <summary>Every server of all set-ups.</summary>
    public IReadOnlyList<MtlsServer> Servers => Environments.SelectMany(one => one.Servers).ToList();

    /// <summary>Makes a lab; it is there whole or not at all.</summary>
    /// <param name="options">How.</param>
    /// <param name="start">Starts a server; null is <see cref="MtlsServer.Start"/>.</param>
    /// <param name="clock">What validity is counted from.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    /// <exception cref="OutputException">The folder has content, or can not be made.</exception>
    public static MtlsLab Create(LabOptions options, Func<MtlsServerOptions, MtlsServer>? start = null, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        clock ??= TimeProvider.System;
        var parts = LabBuilder.Select(options.Scenario).ToList();
        var path = LabFolder.Create(options.Path, parts.Select(part => part.Folder));
        var made = new List<LabEnvironment>();
        try
        {
            foreach (var (scenario, folder) in parts)
            {
                cancellation.ThrowIfCancellationRequested();
                made.Add(LabBuilder.Build(scenario, System.IO.Path.Combine(path, folder), clock));
                if (options.BadCertificates)
                    LabBadCertificates.Add(made[^1], clock.GetUtcNow());
                if (options.StartServer)
                    LabBuilder.Start(made[^1], start ?? MtlsServer.Start);
            }

            return new MtlsLab(path, options.Scenario, made);
        }
        catch
        {
            Stop(made);
            LabFolder.Remove(path);
            throw;
        }
    }

    /// <summary>Refuses a folder that is no lab, before anything is done for it.</summary>
    /// <exception cref="InputException">It is no lab.</exception>
    public static void CheckFolder(string path) => LabFolder.Check(path);

    /// <summary>Deletes what a lab made in a folder; servers that use it have to be stopped before.</summary>
    /// <returns>What is left in the folder, because others have put it there.</returns>
    /// <exception cref="InputException">It is no lab; nothing was deleted.</exception>
    /// <exception cref="OutputException">Something can not be deleted.</exception>
    public static IReadOnlyList<string> Remove(string path) => LabFolder.Remove(System.IO.Path.GetFullPath(path));

    /// <summary>Stops the servers and deletes what the lab made; a second time there is nothing to do.</summary>
    /// <returns>What is left in the folder, because others have put it there.</returns>
    /// <exception cref="OutputException">Something can not be deleted.</exception>
    public IReadOnlyList<string> Remove()
    {
        Stop(Environments);
        return LabFolder.IsLab(Path) ? LabFolder.Remove(Path) : [];
    }

    /// <inheritdoc/>
    public void Dispose() => Remove();

    /// <summary>Scenario and folder.</summary>
    public override string ToString() => $"{Scenario} in {Path}";

    private static void Stop(IEnumerable<LabEnvironment> environments)
    {
        foreach (var server in environments.SelectMany(one => one.Servers))
            server.Stop();
    }

    private LabEnvironment? Find(LabScenario scenario) => Environments.FirstOrDefault(one => one.Scenario == scenario);
}
