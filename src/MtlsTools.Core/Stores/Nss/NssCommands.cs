using MtlsTools.Keys;
using MtlsTools.Processes;

namespace MtlsTools.Stores.Nss;

/// <summary>The commands of NSS' own tools, with which a database is kept.</summary>
/// <param name="Database">The folder.</param>
/// <param name="At">Where the files lie that a command reads or writes.</param>
/// <param name="Tools">The programs certutil and pk12util.</param>
internal sealed record NssCommands(string Database, Func<string, string> At, (string Certutil, string Pk12util) Tools)
{
    internal const string CertificateFile = "certificate.pem";
    internal const string PfxFile = "certificate.p12";
    internal const string PfxPassword = "pfx-password.txt";
    internal const string StorePassword = "store-password.txt";

    internal ProcessCommand Create(bool withPassword) => withPassword ? Certutil(["-N", "-f", At(StorePassword)]) : Certutil(["-N", "--empty-password"]);

    internal ProcessCommand List() => Certutil(["-L"]);

    internal ProcessCommand ShowPem(string label) => Certutil(["-L", "-n", label, "-a"]);

    internal ProcessCommand ShowTrust(string label) => Certutil(["-L", "-n", label]);

    internal ProcessCommand ListKeys() => Certutil(["-K", "-f", At(StorePassword)]);

    /// <summary>Adds a certificate, or sets the trust of one that is there: of this one, whatever others have its nickname.</summary>
    internal ProcessCommand Add(string nickname, NssTrust trust) => Certutil(["-A", "-n", nickname, "-t", trust.ToString(), "-a", "-i", At(CertificateFile), "-f", At(StorePassword)]);

    internal ProcessCommand ImportPfx() => Pk12util(["-i", At(PfxFile)]);

    internal ProcessCommand ExportPfx(string nickname, PublicKeyInfo key) => Pk12util(["-o", At(PfxFile), "-n", Uri(nickname, key), "-C", "none"]);

    /// <summary>Deletes one certificate of this nickname and key: the newest. The key stays.</summary>
    internal ProcessCommand Delete(string nickname, PublicKeyInfo key) => Certutil(["-D", "-n", Uri(nickname, key)]);

    /// <summary>Deletes the key alone.</summary>
    internal ProcessCommand DeleteKey(PublicKeyInfo key) => Certutil(["-F", "-k", NssKeyId.Hex(key), "-f", At(StorePassword)]);

    /// <summary>All certificates of a subject have one nickname, so only the key tells them apart (RFC 7512).</summary>
    private static string Uri(string nickname, PublicKeyInfo key) =>
        $"pkcs11:{(nickname.Length == 0 ? "" : $"object={Percent(System.Text.Encoding.UTF8.GetBytes(nickname))};")}id={Percent(NssKeyId.Of(key))};type=cert";

    private static string Percent(byte[] bytes) => string.Concat(bytes.Select(one => char.IsAsciiLetterOrDigit((char)one) ? ((char)one).ToString() : $"%{one:x2}"));

    private ProcessCommand Certutil(string[] arguments) => new(Tools.Certutil, [arguments[0], "-d", $"sql:{Database}", .. arguments[1..]]);

    private ProcessCommand Pk12util(string[] arguments) => new(Tools.Pk12util, [.. arguments[..2], "-d", $"sql:{Database}", .. arguments[2..], "-w", At(PfxPassword), "-k", At(StorePassword)]);
}
