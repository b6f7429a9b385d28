using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Verification;

namespace MtlsTools.Configuration;

/// <summary>Refuses what could not work, before anything is written.</summary>
internal static class ConfigInputs
{
    /// <summary>The names of the server: those that were given, or those of its certificate.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static IReadOnlyList<string> HostNames(ConfigOptions options, TargetDefinition target)
    {
        if (options.HostNames.Count > 0)
            return options.HostNames;
        if (target.Side == ConfigSide.Server && options.Certificate is { } server)
            return server.San.Where(name => name.Kind is AlternativeNameKind.Dns or AlternativeNameKind.IpAddress).Select(name => name.Value).ToList();
        return target.Side == ConfigSide.Mesh ? [] : throw new InputException(ErrorCode.ConfigInputMissing, $"A client of {target.Title} needs to know the server. Give its name with -HostName.");
    }

    /// <exception cref="MtlsException">Something is missing, or does not fit the others or the program.</exception>
    internal static void Check(ConfigOptions options, TargetDefinition target, bool isKeyEncrypted, DateTimeOffset now)
    {
        if (!target.Modes.Contains(options.Mode))
            throw new InputException(ErrorCode.ConfigOptionNotUsed, $"{target.Title} knows no mode {options.Mode}. It has {string.Join(", ", target.Modes)}.");
        if (options.Platform is { } platform && !target.Platforms.Contains(platform))
            throw new InputException(ErrorCode.ConfigOptionNotUsed, $"{target.Title} runs on {string.Join(" and ", target.Platforms)} only. Leave -Platform out.");
        if ((options.Backend is not null || options.ForwardHeaders) && !target.IsProxy)
            throw new InputException(ErrorCode.ConfigOptionNotUsed, $"{target.Title} passes nothing on to another server. Leave -{(options.Backend is null ? "ForwardHeaders" : "Backend")} out.");
        if (options.ForwardHeaders && options.Backend is null)
            throw new InputException(ErrorCode.ConfigInputMissing, "-ForwardHeaders tells a backend who the client is, and there is none. Give its address with -Backend, such as http://127.0.0.1:8080.");
        if (options.ForwardHeaders && target.NoHeaders is { } blind)
            throw new InputException(ErrorCode.ConfigOptionNotUsed, $"{target.Title} can not tell a backend who the client is: {blind}. Leave -ForwardHeaders out.");
        if (target.NeedsBackend && options.Backend is null)
            throw new InputException(ErrorCode.ConfigInputMissing, $"{target.Title} answers nothing by itself. Give the address that it passes on to with -Backend, such as http://127.0.0.1:8080.");
        if (options.Backend is { } backend && target.RefuseBackend(backend) is { } reason)
            throw new InputException(ErrorCode.ConfigOptionNotUsed, $"{target.Title} can not pass on to {backend.OriginalString}: {reason}. Give -Backend another address.");
        if (target.NeedsCertificate)
            CheckIdentity(options, target, isKeyEncrypted, now);
        CheckTrust(options, target);
        if (options.Crls.Count > 0)
            CheckLists(options, target, now);
    }

    internal static KeyException KeyMissing(MtlsCertificate certificate, TargetDefinition target) =>
        new(ErrorCode.KeyRequired, $"The certificate '{certificate.Name}' comes without its private key, and {target.Title} needs it. Give the key file with -Key.", certificate.Path);

    private static void CheckIdentity(ConfigOptions options, TargetDefinition target, bool isKeyEncrypted, DateTimeOffset now)
    {
        if (options.Certificate is not { } certificate)
        {
            if (target.Side == ConfigSide.Client && options.Mode == ConfigMode.Tls)
                return;
            throw new InputException(ErrorCode.ConfigInputMissing, $"{target.Title} needs a certificate of its own. Give it with -Certificate{(target.Side == ConfigSide.Client ? ", or -Mode Tls for a client that shows none" : "")}.");
        }

        if (!certificate.HasPrivateKey)
            throw KeyMissing(certificate, target);
        if (isKeyEncrypted && !target.TakesEncryptedKey)
            throw new KeyException(ErrorCode.KeyEncrypted, $"The key of '{certificate.Name}' is encrypted, and {target.Title} starts without anybody who could give the password. Make a copy for its account alone: Protect-MtlsKey KEY -RemovePassword -OutFile SERVICE.KEY, and name that with -Key.", certificate.KeyPath);
        var anchor = certificate.Chain.Count > 0 ? certificate.Chain[^1] : certificate;
        var hosts = target.Side == ConfigSide.Server ? options.HostNames : [];
        foreach (var host in hosts.DefaultIfEmpty<string?>(null))
        {
            var report = CertificateVerifier.Verify(certificate, new VerificationOptions
            {
                TrustedCas = [anchor],
                Purpose = target.Side == ConfigSide.Client ? CertificatePurpose.Client : CertificatePurpose.Server,
                HostName = host,
                AsOf = now,
            });
            if (report.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error) is { } fault)
                throw new InputException(ErrorCode.ConfigCertificateNotSuitable, $"The certificate '{certificate.Name}' does not do for {target.Title}: {fault.Cause} {fault.Remedy}", certificate.Path);
        }
    }

    private static void CheckTrust(ConfigOptions options, TargetDefinition target)
    {
        if (options.TrustedCas.FirstOrDefault(ca => !ca.IsCa) is { } leaf)
            throw new InputException(ErrorCode.ConfigCertificateNotSuitable, $"'{leaf.Name}' is no CA, and nothing that it signed could be trusted. Name the CA's certificate or its folder with -Ca.", leaf.Path);
        if (target.Side == ConfigSide.Server && options.Mode != ConfigMode.Tls && options.TrustedCas.Count == 0)
            throw new InputException(ErrorCode.ConfigInputMissing, $"The mode {options.Mode} needs the CA that clients' certificates come from. Give it with -Ca.");
    }

    /// <summary>Programs that check lists refuse everybody when the list of one CA in the chain is missing.</summary>
    private static void CheckLists(ConfigOptions options, TargetDefinition target, DateTimeOffset now)
    {
        if (target.NoCrl is { } reason)
            throw new InputException(ErrorCode.ConfigOptionNotUsed, $"{target.Title} takes no revocation lists: {reason}. Leave -Crl out.");
        if (target.Side == ConfigSide.Server && options.Mode == ConfigMode.Tls)
            throw new InputException(ErrorCode.ConfigOptionNotUsed, "-Crl is about clients' certificates, and in the mode Tls nobody is asked for one. Leave it out.");
        foreach (var ca in CertificateExporter.WithIssuers(options.TrustedCas))
        {
            var checker = new SignatureChecker(ca.PublicKey);
            var lists = options.Crls.Where(crl => crl.AlgorithmsAgree && checker.Check(crl.Signature) == SignatureVerdict.Valid).ToList();
            if (lists.Count == 0)
                throw new InputException(ErrorCode.ConfigCrlNotSuitable, $"None of the lists of -Crl was signed by '{ca.Name}', and a program that checks lists refuses everybody whose chain goes through a CA without one. Give the list of every CA of -Ca.", options.Crls[0].Path);
            if (lists.TrueForAll(crl => crl.NextUpdate is not { } next || next < now))
                throw new InputException(ErrorCode.ConfigCrlNotSuitable, $"The list of '{ca.Name}' {(lists[0].NextUpdate is { } end ? $"ended on {end:u}" : "does not say until when it is valid")}, and with a list that has ended everybody is refused. Get the CA's newest list.", lists[0].Path);
        }
    }
}
