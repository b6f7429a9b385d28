// A process that works in a CA folder until it is done or killed; started by the tests of many processes and of crashes. And a server on its own, so that what it uses can be measured.
//   issue <folder> <count>   issues and prints the serial number of each certificate once it has been returned
//   renew <folder>           changes the CA's key again and again, and prints the serial number of each new CA certificate
//   publish <folder>         publishes the CA's revocation list again and again, and prints the number and the SHA-256 of each
//   update <folder> <certificate> link|rename [<count>]   renews the certificate file again and again, says "ready" before the first time, and prints the serial number of each new one
//   list <folder>            counts the entries of the index, and prints the count and the peak of memory in MB
//   rotate <file>            does the steps of a rotation, one after the other and each at once, and prints what comes next
//   store <target> <store> <password> <file>...   imports each certificate into a store; a password of - is none
//   serve <certificate> <client CA>   serves, prints its port, and what it uses after each line of its input
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MtlsTools;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Renewal;
using MtlsTools.Requests;
using MtlsTools.Rotation;
using MtlsTools.Stores;
using MtlsTools.Tests;

var output = Console.Out;
if (args[0] == "serve")
{
    ServerProcess.Run(args[1], args[2]);
    return 0;
}

if (args[0] == "store")
    return StoreProcess.Run(Enum.Parse<StoreTarget>(args[1]), args[2], args[3], args[4..], Say);

if (args[0] == "rotate")
{
    Say("ready");
    for (var rotation = MtlsRotation.Open(args[1]); !rotation.IsFinished;)
    {
        rotation = rotation.Advance(new RotationStepOptions { Early = true, Done = true });
        Say(rotation.ToString());
    }

    return 0;
}

var authority = CertificateAuthority.Open(args[1]);
switch (args[0])
{
    case "issue":
        using (var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256))
        {
            var request = CertificateSigningRequest.Create(DistinguishedName.FromCommonName("client"), [], key);
            var options = new IssuanceOptions { Profile = CertificateProfile.Client };
            for (var left = int.Parse(args[2], CultureInfo.InvariantCulture); left > 0; left--)
            {
                try
                {
                    Say(authority.Issue(request, options, warning => Say($"warning: {warning}")).SerialNumber);
                }
                catch (OutputException refused)
                {
                    Say($"refused: {refused.Code} {refused.Message}");
                    return 1;
                }
            }
        }

        return 0;
    case "renew":
        while (true)
        {
            authority = authority.Renew(new RenewalOptions { NewKey = true }, warning => Say($"warning: {warning}"));
            Say(authority.Certificate.SerialNumber);
        }

    case "publish":
        while (true)
        {
            var list = authority.PublishCrl(warn: warning => Say($"warning: {warning}")).Lists[0];
            Say($"{list.Number} {Convert.ToHexString(SHA256.HashData(list.RawData.Span))}");
        }

    case "update":
        var renewal = new CertificateRenewal(authority, new CertificateRenewalOptions { NoLink = args[3] == "rename" });
        WarmUp(renewal, args[2]);
        Say("ready");
        for (var left = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : int.MaxValue; left > 0; left--)
            Say(renewal.Renew(RenewalTarget.OfFile(args[2]), warning => Say($"warning: {warning}")).Certificate!.SerialNumber);
        return 0;

    default:
        Say($"{authority.GetIssued().Count()} {Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000}");
        return 0;
}

// What runs for the first time runs slowly, and a kill would always meet the same place.
static void WarmUp(CertificateRenewal renewal, string certificate)
{
    var folder = Directory.CreateTempSubdirectory();
    var copy = Path.Combine(folder.FullName, "warm.crt");
    File.Copy(certificate, copy);
    File.Copy(Path.ChangeExtension(certificate, ".key"), Path.ChangeExtension(copy, ".key"));
    renewal.Renew(RenewalTarget.OfFile(copy));
    folder.Delete(recursive: true);
}

void Say(string line)
{
    output.WriteLine(line);
    output.Flush();
}
