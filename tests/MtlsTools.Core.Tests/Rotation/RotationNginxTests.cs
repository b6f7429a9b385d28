using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Renewal.Files;
using MtlsTools.Requests;
using MtlsTools.Rotation;

namespace MtlsTools.Tests.Rotation;

/// <summary>A rotation from day 0 to day 90 against a live nginx whose clock goes along, under constant traffic: no valid client is ever refused, and the old one is in the end.</summary>
public sealed class RotationNginxTests : IDisposable
{
    private const int RequestsADay = 3;

    private readonly RotationWorld world = new("alice", "carl");

    public void Dispose() => world.Dispose();

    /// <summary>alice and the server are on this machine, carl is on another: his people do by hand, and late, what they are told.</summary>
    [SkippableFact]
    public void A_CA_is_rotated_and_no_request_of_a_valid_client_fails()
    {
        var carl = world.At("carl");
        File.Copy(world.At("client-trust.crt"), world.At("carl-trust.crt"));
        using var nginx = Start();
        using var traffic = new RotationTraffic(nginx.Port, world.Clock, (world.At("alice"), world.At("client-trust.crt")), (carl, world.At("carl-trust.crt")));
        File.WriteAllText(nginx.AccessLog, "");
        MtlsRotation.Create(world.File, world.CaOptions with { Endpoints = [ConnectionTarget.Parse($"127.0.0.1:{nginx.Port}")], AccessLogs = [nginx.AccessLog] }, world.Clock);
        var (old, oldCarl, told) = (world.Identity("alice"), world.Identity("carl"), new List<string>());

        for (var day = 0; day <= 90; day += 5)
        {
            GoTo(nginx, day);
            while (MtlsRotation.Open(world.File, world.Clock).Next is { State: not RotationStepState.Waiting })
                StepBy(nginx, told);
            if (day == 50)
                Install("carl");
            traffic.WaitFor(RequestsADay * 2);
        }

        Assert.True(MtlsRotation.Open(world.File, world.Clock).IsFinished);
        Assert.Empty(traffic.Failures);
        Assert.True(traffic.Count >= 19 * RequestsADay * 2);
        Assert.Equal([RotationAction.TrustBoth, RotationAction.RollOut, RotationAction.RemoveOld], told.Select(Enum.Parse<RotationAction>));

        // Both old clients are refused, and a client that trusts as everybody does now refuses an old server.
        GoTo(nginx, 80);
        Assert.Equal(400, Request(nginx, old));
        Assert.Equal(400, Request(nginx, oldCarl));
        Assert.Equal(200, Request(nginx, world.Identity("alice")));
        Assert.Equal("Acme CA G2", world.Identity("carl").Issuer.CommonName);

        void StepBy(FakeTimeNginx nginx, List<string> told)
        {
            var next = MtlsRotation.Open(world.File, world.Clock).Next!;
            var options = new RotationStepOptions { Reload = nginx.Reload };
            if (next.Manual.Count > 0)
            {
                // The files that it names exist only once the step was begun.
                Assert.Equal(ErrorCode.RotationBlocked, Assert.Throws<RotationException>(() => world.Step(options)).Code);
                told.Add(next.Step.ToString());
                if (next.Step == RotationAction.TrustBoth)
                    Put(world.At("rotation.files", "trust-both.crt"), world.At("carl-trust.crt"));
                if (next.Step == RotationAction.RemoveOld)
                    Put(world.At("rotation.files", "trust-new.crt"), world.At("carl-trust.crt"));
            }

            world.Step(options with { Done = next.Manual.Count > 0 });
        }
    }

    [SkippableFact]
    public void Certificates_are_rotated_and_no_request_of_a_valid_client_fails()
    {
        var list = world.Ca.PublishCrl(new CrlOptions { ValidFor = TimeSpan.FromDays(40) });
        File.Copy(list.Path, world.At("crl.pem"));
        using var nginx = Start($"ssl_crl \"{world.At("crl.pem")}\";");
        using var traffic = new RotationTraffic(nginx.Port, world.Clock, (world.At("alice"), world.At("client-trust.crt")));
        MtlsRotation.Create(world.File, world.CertificateOptions with { CrlFiles = [world.At("crl.pem")], Endpoints = [ConnectionTarget.Parse($"127.0.0.1:{nginx.Port}")], AccessLogs = [nginx.AccessLog] }, world.Clock);
        var old = world.Identity("alice");

        for (var day = 0; day <= 90; day += 5)
        {
            GoTo(nginx, day);
            while (MtlsRotation.Open(world.File, world.Clock).Next is { State: not RotationStepState.Waiting })
                world.Step(new RotationStepOptions { Reload = nginx.Reload });
            traffic.WaitFor(RequestsADay);
        }

        Assert.True(MtlsRotation.Open(world.File, world.Clock).IsFinished);
        Assert.Empty(traffic.Failures);
        Assert.True(traffic.Count >= 19 * RequestsADay);
        GoTo(nginx, 80);
        Assert.Equal(400, Request(nginx, old));
        Assert.Equal(200, Request(nginx, world.Identity("alice")));
    }

    [SkippableFact]
    public void A_server_that_was_not_told_to_read_its_files_again_keeps_the_old_from_being_removed()
    {
        using var nginx = Start();
        MtlsRotation.Create(world.File, world.CaOptions with { Certificates = world.Read("server", "alice", "carl"), Endpoints = [ConnectionTarget.Parse($"127.0.0.1:{nginx.Port}")] }, world.Clock);
        GoTo(nginx, 30);
        world.Step();

        Assert.Contains($"https://127.0.0.1:{nginx.Port}/ does not let the new client 'alice' in.", world.Refused().Message, StringComparison.Ordinal);
        world.Step(new RotationStepOptions { Reload = nginx.Reload, Done = true });
    }

    private FakeTimeNginx Start(string more = "") => new(world.Clock.Now, $"""
        ssl_certificate "{world.At("server.crt")}"; ssl_certificate_key "{world.At("server.key")}"; ssl_client_certificate "{world.At("server-trust.crt")}"; {more}
        """);

    private void GoTo(FakeTimeNginx nginx, int day)
    {
        world.GoTo(day);
        nginx.SetTime(world.Clock.Now);
    }

    /// <summary>What carl's people do: a new certificate from the new CA, put in place of the old one.</summary>
    private void Install(string name)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var issued = world.NewCa.Issue(CertificateSigningRequest.Create(world.Identity(name).Subject, [], key), new IssuanceOptions { Profile = CertificateProfile.Client });
        using var work = new FilePlace(new FileSettings(world.At(name + ".crt"), world.At(name + ".key"), null, null, Keep: 0, NoLink: false, MarkReload: false)).Begin(default);
        work.Replace(world.Identity(name), issued);
    }

    /// <summary>Copies a file so that nobody who reads all the time sees half of it.</summary>
    private static void Put(string from, string to)
    {
        File.Copy(from, to + ".next");
        File.Move(to + ".next", to, overwrite: true);
    }

    private int Request(FakeTimeNginx nginx, MtlsCertificate identity) =>
        RotationTraffic.RequestAsync(nginx.Port, identity, CertificateReader.ReadFile(world.At("client-trust.crt")), world.Clock.Now).GetAwaiter().GetResult();
}
