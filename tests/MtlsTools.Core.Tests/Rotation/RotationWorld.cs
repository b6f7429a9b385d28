using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Rotation;

/// <summary>What an admin has: a CA, a server, clients, and the files by which they know whom to trust; on day 0 of a clock that tests move.</summary>
internal sealed class RotationWorld : IDisposable
{
    internal static readonly DateTimeOffset Day0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    internal RotationWorld(params string[] clients)
        : this(Day0, clients)
    {
    }

    internal RotationWorld(DateTimeOffset now, params string[] clients)
    {
        Clock = new ManualTimeProvider(now);
        Ca = TestAuthority.Create(folder, "ca", Clock, change: options => options with { Subject = DistinguishedName.Parse("CN=Acme CA,O=Acme") });
        Issue("server", CertificateProfile.Server, "localhost,127.0.0.1");
        foreach (var client in clients.Length == 0 ? ["alice"] : clients)
            Issue(client, CertificateProfile.Client);
        folder.Write("server-trust.crt", "# whom the server trusts\n" + Ca.Certificate.ToPem());
        folder.Write("client-trust.crt", Ca.Certificate.ToPem());
    }

    internal ManualTimeProvider Clock { get; }

    internal CertificateAuthority Ca { get; }

    internal CertificateAuthority NewCa => CertificateAuthority.Open(At("ca-next"), clock: Clock);

    internal string File => At("rotation.json");

    internal RotationOptions CaOptions => new()
    {
        Kind = RotationKind.Ca,
        Ca = Ca,
        Certificates = Read("server", "alice"),
        TrustFiles = [At("server-trust.crt"), At("client-trust.crt")],
    };

    internal RotationOptions CertificateOptions => new() { Kind = RotationKind.Certificate, Ca = Ca, Certificates = Read("server", "alice") };

    internal string At(params string[] names) => folder.At(names);

    internal string Write(string name, string text) => folder.Write(name, text);

    /// <summary>A day of the plan, in the afternoon.</summary>
    internal void GoTo(double day) => Clock.Now = Day0.AddDays(day).AddHours(12);

    /// <summary>Certificates as their files hold them.</summary>
    internal IReadOnlyList<MtlsCertificate> Read(params string[] names) => names.Select(name => CertificateReader.ReadFile(At(name + ".crt"), clock: Clock)[0]).ToList();

    /// <summary>The certificate in its place, with the key in its place: a pair, or an error.</summary>
    internal MtlsCertificate Identity(string name) => CertificateReader.ReadIdentity(At(name + ".crt"), At(name + ".key"));

    internal MtlsRotation Step(RotationStepOptions? options = null) => MtlsRotation.Open(File, Clock).Advance(options ?? new RotationStepOptions());

    /// <summary>Steps on, each step on its day, until the day of one has come.</summary>
    internal MtlsRotation StepTo(RotationAction step)
    {
        for (var rotation = MtlsRotation.Open(File, Clock); ; rotation = Step())
        {
            var next = rotation.Next!;
            if (Clock.Now < next.Date)
                Clock.Now = next.Date.AddHours(12);
            if (next.Step == step)
                return MtlsRotation.Open(File, Clock);
        }
    }

    internal RotationException Refused(RotationStepOptions? options = null) => Assert.Throws<RotationException>(() => Step(options));

    internal MtlsCertificate Issue(string name, CertificateProfile profile, string san = "", CertificateAuthority? by = null, bool save = true)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var issued = (by ?? Ca).Issue(CertificateSigningRequest.Create(DistinguishedName.Parse($"CN={name},O=Acme"), AlternativeNames.Parse([san]), key), new IssuanceOptions { Profile = profile, NotAfter = Clock.Now.AddDays(90) });
        if (!save)
            return issued;
        key.Save(At(name + ".key"));
        Write(name + ".crt", issued.ToPem());
        return issued;
    }

    public void Dispose() => folder.Dispose();
}
