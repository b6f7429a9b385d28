using System.Security;
using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Processes;

namespace MtlsTools.Stores.MacOS;

/// <summary>One keychain, read and changed by way of <c>security</c>.</summary>
/// <param name="processes">Runs it.</param>
/// <param name="path">The keychain's file.</param>
/// <param name="forMachine">Whether trust is set for every user (the admin domain) or for this one.</param>
internal sealed partial class Keychain(IProcessRunner processes, string path, bool forMachine)
{
    internal const string Tool = "security";
    internal const string SystemPath = "/Library/Keychains/System.keychain";

    /// <summary>errSecAuthFailed (-25293), as far as an exit code has room for it.</summary>
    private const int AuthenticationFailed = 51;

    /// <summary>People answer dialogs slowly.</summary>
    private static readonly TimeSpan DialogTime = TimeSpan.FromMinutes(5);

    private readonly string[] domain = forMachine ? ["-d"] : [];

    internal string Path => path;

    internal bool ForMachine => forMachine;

    /// <summary>The keychain that new items of this user go to.</summary>
    internal static string Login(IProcessRunner processes)
    {
        var answer = processes.Run(new ProcessCommand(Tool, "login-keychain"));
        return (answer.ExitCode == 0 ? answer : processes.Require(new ProcessCommand(Tool, "default-keychain"))).Output.Trim().Trim('"');
    }

    internal IReadOnlyList<MtlsCertificate> Certificates()
    {
        var pem = System.Text.Encoding.ASCII.GetBytes(processes.Require(new ProcessCommand(Tool, "find-certificate", "-a", "-p", path)).Output);
        return !PemBlock.LooksLikePem(pem) ? [] : PemBlock.ReadAll(pem).Select(Decode).OfType<MtlsCertificate>().Distinct().ToList();
    }

    internal bool Holds(MtlsCertificate certificate) => Certificates().Contains(certificate);

    /// <summary>The thumbprints of certificates that have their keys there, valid or not.</summary>
    internal IReadOnlySet<string> Identities() => IdentitiesIn(processes.Require(new ProcessCommand(Tool, "find-identity", path)).Output);

    /// <summary>The thumbprints of certificates that are trusted by settings of their own.</summary>
    internal IReadOnlySet<string> Trusted()
    {
        using var files = new KeychainFiles();
        var file = files.At("trust.plist");

        // There is no way to tell "no settings at all", which is an error to it, from others: its words are localised.
        var answer = processes.Run(Trust("trust-settings-export", file));
        return answer.ExitCode == 0 ? TrustSettings.Trusted(File.ReadAllText(file)) : new HashSet<string>();
    }

    internal ProcessCommand UnlockCommand => new(Tool, "unlock-keychain", path);

    internal ProcessCommand ImportCommand(string file, IReadOnlyList<string> options) => new(Tool, ["import", file, "-k", path, "-f", "pkcs12", .. options]);

    internal ProcessCommand AddCommand(string file) => new(Tool, "add-certificates", "-k", path, file);

    internal ProcessCommand TrustCommand(string file, string result) => Trust("add-trusted-cert", "-r", result, "-k", path, file) with { Timeout = DialogTime };

    internal ProcessCommand DistrustCommand(string file) => Trust("remove-trusted-cert", file) with { Timeout = DialogTime };

    internal ProcessCommand DeleteCommand(string thumbprint, bool withKey) => new(Tool, withKey ? "delete-identity" : "delete-certificate", "-Z", thumbprint, path);

    internal static ProcessCommand PartitionCommand(string label) => new(Tool, "set-key-partition-list", "-S", "apple-tool:,apple:", "-t", "private", "-l", label);

    internal ProcessCommand VerifyCommand(MtlsCertificate certificate, string file, IReadOnlyList<string> issuerFiles) => certificate.Role == CertificateRole.Client
        ? new(Tool, "find-identity", "-v", "-p", "ssl-client", path)
        : new(Tool, [
            "verify-cert", "-c", file, .. issuerFiles.SelectMany(issuer => new[] { "-c", issuer }), "-p", "ssl",
            .. HostOption(certificate), "-L", "-k", path]);

    /// <summary>Opens the keychain, so that nothing asks.</summary>
    /// <exception cref="PasswordException">The password is wrong.</exception>
    internal void Unlock(SecureString password)
    {
        var answer = Interact(new ProcessCommand(Tool, "unlock-keychain"), "-p", password, path);
        if (answer.ExitCode == AuthenticationFailed)
            throw new PasswordException(ErrorCode.PasswordWrong, $"The password does not open the keychain '{path}'. Give the one it was made with, or, for the login keychain, your login password, with -StorePassword.", path);
        Expect(UnlockCommand, answer);
    }

    internal void Import(ProcessCommand command, SecureString password) => Expect(command, Interact(command, "-P", password, null));

    internal void SetPartitions(string label, SecureString password) => Expect(PartitionCommand(label), Interact(PartitionCommand(label), "-k", password, path));

    internal void Run(ProcessCommand command) => Expect(command, processes.Run(command));

    internal ProcessResult Try(ProcessCommand command) => processes.Run(command);

    internal static IReadOnlySet<string> IdentitiesIn(string output) => Identity().Matches(output).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\s*\d+\)\s+([0-9A-F]{40})\s", RegexOptions.Multiline)]
    private static partial Regex Identity();

    /// <summary>The same command on standard input, with what must not be seen.</summary>
    private ProcessResult Interact(ProcessCommand command, string option, SecureString secret, string? last)
    {
        using var line = new SecurityLine(command.Arguments);
        line.Add(option).Add(secret);
        if (last is not null)
            line.Add(last);
        return processes.Run(new ProcessCommand(Tool, "-i") { SecretInput = [line.End()], Timeout = DialogTime });
    }

    private void Expect(ProcessCommand command, ProcessResult result)
    {
        if (result.ExitCode == 0)
            return;
        var said = (result.Error.Trim() is { Length: > 0 } error ? error : result.Output.Trim()).ReplaceLineEndings(" ");
        throw new StoreException(ErrorCode.ToolFailed, $"`{command}` ended with exit code {result.ExitCode}: {said} If the keychain '{path}' is locked, give its password with -StorePassword; if macOS could not ask (ssh, a service), run it in a session with a desktop.");
    }

    private ProcessCommand Trust(string command, params string[] arguments) => new(Tool, [command, .. domain, .. arguments]);

    /// <summary>A name that the certificate is valid for; a wildcard stands for any one.</summary>
    private static string[] HostOption(MtlsCertificate certificate) =>
        certificate.San.FirstOrDefault(name => name.Kind == Names.AlternativeNameKind.Dns) is { } dns ? ["-s", dns.Value.Replace("*.", "www.", StringComparison.Ordinal)] : [];

    private static MtlsCertificate? Decode(PemBlock block)
    {
        try
        {
            return MtlsCertificate.Decode(block.Data);
        }
        catch (MtlsException)
        {
            // One odd certificate of a keychain must not hide the others.
            return null;
        }
    }
}
